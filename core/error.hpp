#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace synop {

// What the one who catches an error can do about it.
enum class ErrorKind {
  usage,     // fix the call or the command line
  model,     // fix the model or the experiment: a parameter, a name, a connection
  input,     // fix the content of a file that was read
  file,      // retry: a file or folder cannot be opened, read or written
  memory,    // use a smaller network or a larger machine
  interrupted,  // nothing: it was asked for
  internal,     // report it: a bug of ours
};

// Every error the library throws. The message is a sentence that names what is wrong, which one, its value, the
// allowed range and, for names, the nearest valid one.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// The candidate nearest to `name` by edit distance, or "" when none is near enough to be a plausible slip
// (distance above max(2, length / 3)).
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// " (did you mean 'tau_m'?)" for the nearest candidate, else " (known: a, b, c)".
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace synop
