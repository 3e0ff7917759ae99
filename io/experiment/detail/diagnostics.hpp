#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synop/io/experiment/detail/document.hpp"
#include "synop/io/experiment/source_position.hpp"

namespace synop::detail {

// Collects the errors of one experiment, so that all of them are reported at once.
class Diagnostics {
 public:
  Diagnostics(std::string file_name, std::vector<std::string> overrides)
      : file_name_(std::move(file_name)), overrides_(std::move(overrides)) {}

  void report(Mark mark, std::string_view key, std::string_view problem);

  SourcePosition position(Mark mark, std::string_view key) const;
  const std::string& file_name() const { return file_name_; }

  // Throws Error(model) with one line per error, in the order of the file, unless there is none.
  void throw_if_any() const;

 private:
  struct Entry {
    Mark mark;
    std::string message;
  };

  std::string file_name_;
  std::vector<std::string> overrides_;
  std::vector<Entry> entries_;
};

}  // namespace synop::detail
