#include "synop/io/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "synop/io/stopwatch.hpp"

namespace synop {

namespace {

constexpr double first_shown_after = 1.0;  // s
constexpr double redraw_interval = 0.1;
constexpr double line_interval = 5.0;
constexpr int bar_width = 24;

bool colour_is_unwanted() {
  const char* setting = std::getenv("NO_COLOR");
  return setting != nullptr && *setting != '\0';
}

}  // namespace

Progress::Progress(std::ostream& out, std::string label, std::uint64_t total, ProgressOptions options)
    : out_(out), label_(std::move(label)), total_(total), options_(std::move(options)), done_(options_.already_done) {
  if (!options_.seconds) options_.seconds = [watch = Stopwatch{}] { return watch.seconds(); };
  if (colour_is_unwanted()) options_.colour = false;
  start_ = options_.seconds();
  next_ = start_ + first_shown_after;
}

Progress::~Progress() {
  if (line_open_) out_ << '\n' << std::flush;
}

void Progress::update(std::uint64_t done) {
  done_ = std::min(done, total_);
  const double now = options_.seconds();
  if (now >= next_) show(now);
}

// The last line says how long it took; it is due whenever an earlier one was shown or should have been.
void Progress::finish() {
  done_ = total_;
  const double now = options_.seconds();
  if (shown_ || now >= next_) show(now);
  if (line_open_) out_ << '\n' << std::flush;
  line_open_ = false;
}

void Progress::show(double now) {
  const std::string line = text(now - start_);
  if (options_.terminal)
    out_ << "\r\x1b[K" << label_ << ' ' << bar() << ' ' << line << std::flush;
  else
    out_ << label_ << ": " << line << '\n' << std::flush;
  shown_ = true;
  line_open_ = options_.terminal;
  next_ = now + (options_.terminal ? redraw_interval : line_interval);
}

std::string Progress::bar() const {
  const double share = total_ == 0 ? 1.0 : static_cast<double>(done_) / static_cast<double>(total_);
  const int full = static_cast<int>(share * bar_width);
  std::string text = options_.colour ? "\x1b[32m" : "";
  for (int i = 0; i < full; ++i) text += "█";
  if (options_.colour) text += "\x1b[90m";
  for (int i = full; i < bar_width; ++i) text += "░";
  return options_.colour ? text + "\x1b[0m" : text;
}

std::string Progress::text(double elapsed) const {
  if (done_ == total_) return fmt::format("100 %, {} in all", duration_text(elapsed));
  const std::uint64_t percent =
      static_cast<std::uint64_t>(100.0 * static_cast<double>(done_) / static_cast<double>(total_));
  std::string text = fmt::format("{:>3} %, {} passed", percent, duration_text(elapsed));
  if (done_ <= options_.already_done) return text;
  const double rate = static_cast<double>(done_ - options_.already_done) / elapsed;
  return text + fmt::format(", {} left", duration_text(static_cast<double>(total_ - done_) / rate));
}

std::string duration_text(double seconds) {
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::min(std::round(seconds), 1e15));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {:02} h", whole / 86400, whole % 86400 / 3600);
}

}  // namespace synop
