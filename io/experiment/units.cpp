#include "synop/io/experiment/units.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

// A unit as powers of second, volt and ampere and a power of ten.
struct Unit {
  int second = 0;
  int volt = 0;
  int ampere = 0;
  int ten = 0;

  bool same_dimension(const Unit& other) const {
    return second == other.second && volt == other.volt && ampere == other.ampere;
  }
};

struct NamedUnit {
  std::string_view name;
  Unit unit;
};

constexpr NamedUnit base_units[] = {
    {"s", {.second = 1}},
    {"Hz", {.second = -1}},
    {"V", {.volt = 1}},
    {"A", {.ampere = 1}},
    {"F", {.second = 1, .volt = -1, .ampere = 1}},
    {"S", {.volt = -1, .ampere = 1}},
    {"Ohm", {.volt = 1, .ampere = -1}},
    {"C", {.second = 1, .ampere = 1}},
    {"1", {}},
};

struct Prefix {
  std::string_view name;
  int ten;
};

constexpr Prefix prefixes[] = {{"", 0},          {"p", -12}, {"n", -9}, {"u", -6}, {"\xC2\xB5", -6},
                               {"\xCE\xBC", -6}, {"m", -3},  {"k", 3},  {"M", 6},  {"G", 9}};

struct Dimension {
  std::string_view unit;
  std::string_view name;
  std::string_view example;
};

constexpr Dimension dimensions[] = {
    {"ms", "a time", "1.5 ms"},          {"mV", "a voltage", "-65 mV"},  {"pA", "a current", "500 pA"},
    {"pF", "a capacitance", "250 pF"},   {"Hz", "a frequency", "20 Hz"}, {"nS", "a conductance", "2 nS"},
    {"MOhm", "a resistance", "10 MOhm"},
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<Unit> find_factor(std::string_view text) {
  for (const Prefix& prefix : prefixes) {
    if (!text.starts_with(prefix.name)) continue;
    for (const NamedUnit& base : base_units) {
      if (text.substr(prefix.name.size()) != base.name || (base.name == "1" && !prefix.name.empty())) continue;
      Unit unit = base.unit;
      unit.ten += prefix.ten;
      return unit;
    }
  }
  return std::nullopt;
}

std::optional<Unit> find_unit(std::string_view text) {
  Unit product;
  int sign = 1;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("*/");
    const std::optional<Unit> factor = find_factor(trim(text.substr(0, end)));
    if (!factor) return std::nullopt;
    product.second += sign * factor->second;
    product.volt += sign * factor->volt;
    product.ampere += sign * factor->ampere;
    product.ten += sign * factor->ten;
    if (end == std::string_view::npos) break;
    sign = text[end] == '/' ? -1 : 1;
    text.remove_prefix(end + 1);
    if (text.empty()) return std::nullopt;
  }
  return product;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::size_t skip_sign(std::string_view text, std::size_t at) {
  return at < text.size() && (text[at] == '+' || text[at] == '-') ? at + 1 : at;
}

// A decimal number cut into its digits and its power of ten, and what follows it.
struct Decimal {
  std::string_view digits;
  long long ten = 0;
  std::string_view rest;
};

std::optional<Decimal> split_decimal(std::string_view text) {
  std::size_t end = skip_sign(text, 0);
  const std::size_t first = end;
  end = skip_digits(text, end);
  std::size_t digits = end - first;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = end + 1;
    end = skip_digits(text, fraction);
    digits += end - fraction;
  }
  if (digits == 0) return std::nullopt;
  Decimal decimal{.digits = text.substr(0, end), .rest = text.substr(end)};
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t exponent = skip_sign(text, end + 1);
    const std::size_t exponent_end = skip_digits(text, exponent);
    if (exponent_end == exponent || exponent_end - exponent > 6) return std::nullopt;
    const char* from = text.data() + end + 1 + (text[end + 1] == '+' ? 1 : 0);
    std::from_chars(from, text.data() + exponent_end, decimal.ten);
    decimal.rest = text.substr(exponent_end);
  }
  return decimal;
}

// Shifting the power of ten of the text, rather than multiplying the value, rounds once.
double value_of(const Decimal& decimal, int shift, std::string_view text) {
  std::string number = fmt::format("{}e{}", decimal.digits, decimal.ten + shift);
  if (number.front() == '+') number.erase(0, 1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || end != number.data() + number.size())
    throw Error(ErrorKind::model, fmt::format("value \"{:.60}\" is too large or too small for a double", text));
  return value;
}

std::string expected(std::string_view unit) {
  return "allowed: " + describe_unit(unit);
}

}  // namespace

double parse_quantity(std::string_view text, std::string_view unit) {
  const std::string_view trimmed = trim(text);
  const std::optional<Decimal> decimal = split_decimal(trimmed);
  if (!decimal)
    throw Error(ErrorKind::model,
                fmt::format("value \"{:.60}\" is not a finite number with a unit; {}", text, expected(unit)));
  const std::string_view given = trim(decimal->rest);
  if (given.empty()) return value_of(*decimal, 0, text);

  const std::optional<Unit> wanted = find_unit(unit);
  if (!wanted) throw Error(ErrorKind::internal, fmt::format("a parameter table names the unknown unit '{}'", unit));
  const std::optional<Unit> found = find_unit(given);
  if (!found)
    throw Error(ErrorKind::model,
                fmt::format("value \"{:.60}\" has the unknown unit '{:.60}'; {}", text, given, expected(unit)));
  if (unit.empty() || !found->same_dimension(*wanted))
    throw Error(ErrorKind::model,
                fmt::format("value \"{:.60}\" has the wrong unit '{:.60}'; {}", text, given, expected(unit)));
  return value_of(*decimal, found->ten - wanted->ten, text);
}

Time parse_time(std::string_view text) {
  return Time{} + parse_delay(text);
}
Delay parse_delay(std::string_view text) {
  const double ms = parse_quantity(text, "ms");
  const Delay delay = Delay::from_ms(ms);
  if (ms != 0.0 && delay.ticks == 0)
    throw Error(ErrorKind::model,
                fmt::format("value \"{:.60}\" is too short a time; the shortest that can be represented is 1 ps", text));
  return delay;
}

std::string describe_unit(std::string_view unit) {
  if (unit.empty()) return "a pure number, for example 0.5";
  const std::optional<Unit> wanted = find_unit(unit);
  for (const Dimension& dimension : dimensions)
    if (wanted && wanted->same_dimension(*find_unit(dimension.unit)))
      return fmt::format("{}, for example \"{}\"", dimension.name, dimension.example);
  return fmt::format("a quantity in {0}, for example \"1.5 {0}\"", unit);
}

}  // namespace synop
