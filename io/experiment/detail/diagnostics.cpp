#include "synop/io/experiment/detail/diagnostics.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace synop::detail {

void Diagnostics::report(Mark mark, std::string_view key, std::string_view problem) {
  entries_.push_back({mark, fmt::format("{}: {}", position(mark, key).text(), problem)});
}

SourcePosition Diagnostics::position(Mark mark, std::string_view key) const {
  if (mark.line == 0 && mark.column < overrides_.size())
    return {.source = "--set " + overrides_[mark.column], .key = std::string(key)};
  return {.source = file_name_, .line = mark.line, .column = mark.column, .key = std::string(key)};
}

void Diagnostics::throw_if_any() const {
  constexpr std::size_t most_shown = 20;
  if (entries_.empty()) return;
  std::vector<Entry> sorted = entries_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.mark < b.mark; });
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_shown); ++i)
    message += (i == 0 ? "" : "\n") + sorted[i].message;
  if (sorted.size() > most_shown) message += fmt::format("\n(and {} more errors)", sorted.size() - most_shown);
  throw Error(ErrorKind::model, message);
}

}  // namespace synop::detail
