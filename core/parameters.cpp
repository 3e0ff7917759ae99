#include "synop/core/parameters.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

bool Range::contains(double x) const {
  if (!std::isfinite(x)) return false;
  return (low_open ? x > low : x >= low) && (high_open ? x < high : x <= high);
}

std::string Range::text() const {
  const bool open_left = low_open || std::isinf(low);
  const bool open_right = high_open || std::isinf(high);
  return fmt::format("{}{}, {}{}", open_left ? '(' : '[', low, high, open_right ? ')' : ']');
}

void check_range(std::string_view owner, const ParameterInfo& info, double value) {
  if (info.range.contains(value)) return;
  throw Error(ErrorKind::model, fmt::format("{}: {} = {}{}{} is outside the allowed range {}", owner, info.name, value,
                                            info.unit.empty() ? "" : " ", info.unit, info.range.text()));
}

void throw_unknown_parameter(std::string_view owner, std::string_view name, std::span<const std::string_view> known) {
  throw Error(ErrorKind::model, fmt::format("{} has no parameter '{}'{}", owner, name, did_you_mean(name, known)));
}

}  // namespace synop
