#include <array>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/detail/table_reader.hpp"
#include "synop/io/experiment/detail/value.hpp"

namespace synop::detail {

namespace {

constexpr std::string_view forms =
    "a quantity, { uniform = [low, high] }, { normal = [mean, sd], low = .., high = .., outside = \"redraw\" }, "
    "{ lognormal = { mu = .., sigma = .. } }, { exponential = mean }, { uniform_int = [low, high] } or { list = [..] }";

// The two numbers of a uniform or a normal.
bool read_pair(const Value& value, std::string_view names, std::string_view unit, const std::array<Range, 2>& ranges,
               Distribution& out) {
  const auto pair = value.items(2, fmt::format("an array {}", names));
  if (!pair) return false;
  const std::optional<double> a = (*pair)[0].quantity(unit, ranges[0]);
  const std::optional<double> b = (*pair)[1].quantity(unit, ranges[1]);
  out.a = a.value_or(0.0);
  out.b = b.value_or(0.0);
  return a && b;
}

// { mu, sigma } of the logarithm of the value in its unit, or { value_mean, value_sd } of the value itself.
bool read_lognormal(const Value& value, std::string_view unit, Distribution& out) {
  out.kind = Distribution::lognormal;
  TableReader table(value);
  if (!table.is_table()) return false;
  const bool of_values = table.has("value_mean") || table.has("value_sd");
  bool good = true;
  if (of_values) {
    for (const std::string_view key : {"mu", "sigma"})
      table.refuse(key, "this key has no effect beside value_mean and value_sd; allowed: mu and sigma, or these");
    double mean = 0.0, sd = 0.0;
    good = table.quantity(table.required("value_mean"), mean, unit, any_value);
    good = table.quantity(table.required("value_sd"), sd, unit, non_negative) && good;
    if (good && mean == 0.0) {
      table.report("value_mean", "value 0 is no mean of a lognormal; allowed: above 0, or below 0 for minus a lognormal");
      good = false;
    }
    out.mirrored = mean < 0.0;
    const double variance = std::log1p(sd / mean * (sd / mean));
    out.a = std::log(std::abs(mean)) - 0.5 * variance;
    out.b = std::sqrt(variance);
  } else {
    good = table.quantity(table.required("mu"), out.a, "", any_value);
    good = table.quantity(table.required("sigma"), out.b, "", non_negative) && good;
    for (const std::string_view key : {"value_mean", "value_sd"}) table.find(key);
  }
  table.finish();
  return good;
}

bool read_exponential(const Value& value, std::string_view unit, Distribution& out) {
  out.kind = Distribution::exponential;
  const std::optional<double> mean = value.quantity(unit, any_value);
  if (mean && *mean == 0.0) value.report("value 0 is no mean of an exponential; allowed: above 0, or below 0 for minus one");
  if (!mean || *mean == 0.0) return false;
  out.a = std::abs(*mean);
  out.mirrored = *mean < 0.0;
  return true;
}

bool read_bounds(TableReader& table, std::string_view unit, Distribution& out) {
  bool good = true;
  for (const auto& [key, bound] : {std::pair("low", &out.low), std::pair("high", &out.high)})
    if (table.has(key)) good = table.quantity(key, *bound, unit, any_value) && good;
  const bool bounded = table.has("low") || table.has("high");
  if (table.choice<Distribution::Outside>("outside", out.outside,
                                          {{"redraw", Distribution::redraw}, {"clip", Distribution::clip}})) {
    if (bounded) return good;
    table.report("outside", "this key has no effect without bounds; allowed: with low, high or both");
    return false;
  }
  if (!bounded || table.has("outside")) return good && !bounded;
  table.report("outside", "this key is missing; with low or high, say what happens outside; allowed: redraw, clip");
  return false;
}

bool read_list(const Value& value, std::string_view unit, const Range& range, Distribution& out) {
  out.kind = Distribution::list;
  const auto items = value.items(0, "an array of quantities");
  if (!items) return false;
  bool good = true;
  for (const Value& item : *items) {
    const std::optional<double> x = item.quantity(unit, range);
    good = good && x;
    out.values.push_back(x.value_or(0.0));
  }
  return good;
}

bool read_table(const Value& value, std::string_view unit, const Range& range, Distribution& out) {
  TableReader table(value);
  const std::optional<Value> uniform = table.find("uniform");
  const std::optional<Value> normal = table.find("normal");
  const std::optional<Value> lognormal = table.find("lognormal");
  const std::optional<Value> exponential = table.find("exponential");
  const std::optional<Value> uniform_int = table.find("uniform_int");
  const std::optional<Value> list = table.find("list");
  if (uniform.has_value() + normal.has_value() + lognormal.has_value() + exponential.has_value() + uniform_int.has_value() +
          list.has_value() !=
      1) {
    value.report(fmt::format("exactly one of the keys uniform, normal, lognormal, exponential, uniform_int and list must be "
                             "given; allowed: {}",
                             forms));
    return false;
  }
  bool good = false;
  if (uniform) {
    out.kind = Distribution::uniform;
    good = read_pair(*uniform, "[low, high]", unit, {range, range}, out);
  } else if (normal) {
    out.kind = Distribution::normal;
    good = read_pair(*normal, "[mean, sd]", unit, {any_value, non_negative}, out);
    good = read_bounds(table, unit, out) && good;
  } else if (lognormal) {
    good = read_lognormal(*lognormal, unit, out);
    good = read_bounds(table, unit, out) && good;
  } else if (exponential) {
    good = read_exponential(*exponential, unit, out);
    good = read_bounds(table, unit, out) && good;
  } else if (uniform_int) {
    out.kind = Distribution::uniform_int;
    good = read_pair(*uniform_int, "[low, high]", unit, {range, range}, out);
  } else {
    good = read_list(*list, unit, range, out);
  }
  table.finish();
  return good;
}

}  // namespace

std::optional<Distribution> Value::distribution(std::string_view unit, const Range& range) const {
  if (is_array()) {
    report_type(forms);
    return std::nullopt;
  }
  Distribution result;
  if (!is_table()) {
    const std::optional<double> constant = quantity(unit, range);
    if (!constant) return std::nullopt;
    result.a = *constant;
    return result;
  }
  if (!read_table(*this, unit, range, result)) return std::nullopt;
  try {
    result.validate("the distribution is not usable");
  } catch (const Error& error) {
    report(error.what());
    return std::nullopt;
  }
  // No draw of an unbounded normal, lognormal or exponential comes near the ends of a range of both signs (any_weight, any_potential); it is
  // checked nevertheless when it is drawn.
  const bool unbounded = std::isinf(result.smallest());
  if (result.smallest() < range.low && !(unbounded && range.low < 0.0)) {
    report(
        fmt::format("this distribution can give values below {0}; allowed: low >= {0} with outside = \"redraw\" or "
                    "\"clip\"",
                    range.low));
    return std::nullopt;
  }
  return result;
}

}  // namespace synop::detail
