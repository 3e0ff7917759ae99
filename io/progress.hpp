#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace synop {

struct ProgressOptions {
  bool terminal = false;            // one line redrawn in place, else plain lines every few seconds
  bool colour = true;               // on a terminal; NO_COLOR in the environment switches it off too
  std::uint64_t already_done = 0;   // work that a restored run need not do; kept out of the time left
  std::function<double()> seconds = {};  // a steady clock; by default the system's
};

// Shows how far a piece of work is: percent, time passed, time left. Work that is over within a second shows nothing.
// Used from one thread; update() costs a look at the clock.
class Progress {
 public:
  Progress(std::ostream& out, std::string label, std::uint64_t total, ProgressOptions options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // ends the line it was drawing, so that a message after an interruption starts on a new one

  void update(std::uint64_t done);
  void finish();  // all is done

 private:
  void show(double now);
  std::string bar() const;
  std::string text(double elapsed) const;

  std::ostream& out_;
  std::string label_;
  std::uint64_t total_;
  ProgressOptions options_;
  std::uint64_t done_;
  double start_;
  double next_;
  bool shown_ = false;
  bool line_open_ = false;
};

// "850 ms", "4.2 s", "3 min 20 s", "2 h 05 min", "3 d 04 h".
std::string duration_text(double seconds);

}  // namespace synop
