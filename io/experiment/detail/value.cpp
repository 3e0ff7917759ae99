#include "synop/io/experiment/detail/value.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/units.hpp"

namespace synop::detail {

namespace {

std::string_view type_name(Node::Type type) {
  switch (type) {
    case Node::Type::table:
      return "a table";
    case Node::Type::array:
      return "an array";
    case Node::Type::string:
      return "a string";
    case Node::Type::integer:
      return "an integer";
    case Node::Type::number:
      return "a number with a fraction";
    case Node::Type::boolean:
      return "a boolean";
    case Node::Type::date:
      return "a date";
  }
  return "of no type";
}

std::string range_text(const Range& range, std::string_view unit) {
  return fmt::format("{}{}{}", range.text(), unit.empty() ? "" : " ", unit);
}

}  // namespace

void Value::report_type(std::string_view expected) const {
  const bool compound = node_.type == Node::Type::table || node_.type == Node::Type::array;
  report(fmt::format("{} is {}; allowed: {}", compound ? "the value" : "value " + shown(node_), type_name(node_.type),
                     expected));
}

std::optional<bool> Value::boolean() const {
  if (node_.type == Node::Type::boolean) return node_.boolean;
  report_type("true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Value::integer(std::int64_t low, std::int64_t high) const {
  const std::string allowed = fmt::format("an integer in [{}, {}]", low, high);
  if (node_.type != Node::Type::integer) {
    report_type(allowed);
    return std::nullopt;
  }
  if (node_.integer >= low && node_.integer <= high) return node_.integer;
  report(fmt::format("value {} is out of range; allowed: {}", node_.integer, allowed));
  return std::nullopt;
}

std::optional<std::string> Value::text(std::string_view expected) const {
  if (node_.type == Node::Type::string) return node_.text;
  report_type(expected);
  return std::nullopt;
}

std::optional<double> Value::quantity(std::string_view unit, const Range& range) const {
  double value = 0.0;
  if (node_.type == Node::Type::integer) {
    value = static_cast<double>(node_.integer);
  } else if (node_.type == Node::Type::number) {
    value = node_.number;
  } else if (node_.type == Node::Type::string) {
    try {
      value = parse_quantity(node_.text, unit);
    } catch (const Error& error) {
      report(error.what());
      return std::nullopt;
    }
  } else {
    report_type(describe_unit(unit));
    return std::nullopt;
  }
  if (range.contains(value)) return value;
  report(fmt::format("value {} is {}; allowed: {}", shown(node_),
                     std::isfinite(value) ? "out of range" : "not a finite number", range_text(range, unit)));
  return std::nullopt;
}

// Reports a time that is not 0 and would be rounded to 0.
bool Value::vanishes(double ms) const {
  if (ms == 0.0 || Delay::from_ms(ms).ticks != 0) return false;
  report(fmt::format("value {} is too short a time; the shortest that can be represented is 1 ps", shown(node_)));
  return true;
}

std::optional<Delay> Value::delay(const Range& range) const {
  const std::optional<double> ms = quantity("ms", range);
  if (!ms || vanishes(*ms)) return std::nullopt;
  return Delay::from_ms(*ms);
}

std::optional<Time> Value::time() const {
  const std::optional<double> ms = quantity("ms", time_span);
  if (!ms || vanishes(*ms)) return std::nullopt;
  return Time::from_ms(*ms);
}

Value Value::item(std::size_t i) const {
  return {node_.items[i], fmt::format("{}[{}]", key_, i), log_};
}

std::optional<std::vector<Value>> Value::items(std::size_t count, std::string_view expected) const {
  if (!is_array()) {
    report_type(expected);
    return std::nullopt;
  }
  if (count != 0 && size() != count) {
    report(fmt::format("the array has {} values; allowed: {}", size(), expected));
    return std::nullopt;
  }
  std::vector<Value> values;
  values.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) values.push_back(item(i));
  return values;
}

}  // namespace synop::detail
