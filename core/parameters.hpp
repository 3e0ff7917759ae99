#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synop {

// An interval of allowed values; an open end excludes its bound. Non-finite values are never allowed.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;

  bool contains(double x) const;
  std::string text() const;  // "(0, inf)", "[0, 1]"
};

inline constexpr Range any_value{};
inline constexpr Range positive{.low = 0.0, .low_open = true};
inline constexpr Range non_negative{.low = 0.0};
inline constexpr Range unit_interval{.low = 0.0, .high = 1.0};

// Far beyond any neuron, and so far within a double that no sum or product of them leaves its range.
inline constexpr Range any_potential{.low = -1e6, .high = 1e6};     // mV
inline constexpr Range any_current{.low = -1e12, .high = 1e12};     // pA
inline constexpr Range any_capacitance{.low = 1e-6, .high = 1e12};  // pF
inline constexpr Range any_weight{.low = -1e30, .high = 1e30};      // within the range of a float

// What is known of one parameter of a model, a rule or a stimulator. The unit is the one a bare number has in an
// experiment file (NEST's units: ms, mV, pF, pA, Hz) or "" for a pure number.
struct ParameterInfo {
  std::string_view name;
  std::string_view unit;
  Range range;
  std::string_view doc;
};

// One row of a model's parameter table: the description and the field that holds the value. A model M lists its
// rows in `static constexpr auto parameter_table()`; the default value is that of a default-constructed M.
template <class M>
struct Parameter {
  ParameterInfo info;
  double M::*field;
};

// A parameter's description with its default: what `synop models` prints and experiment files are checked against.
struct ParameterDefault {
  ParameterInfo info;
  double default_value;
  bool may_vary = false;  // between the neurons of a population
  bool required = false;  // has no default
};

struct NamedValue {
  std::string name;
  double value;
};

// Throws Error(model) "<owner>: <name> = <value> <unit> is outside the allowed range <range>" unless it lies in it.
void check_range(std::string_view owner, const ParameterInfo& info, double value);
[[noreturn]] void throw_unknown_parameter(std::string_view owner, std::string_view name,
                                          std::span<const std::string_view> known);

template <class M>
std::vector<ParameterDefault> describe_parameters() {
  std::vector<ParameterDefault> rows;
  const M defaults{};
  for (const auto& parameter : M::parameter_table()) rows.push_back({parameter.info, defaults.*parameter.field});
  return rows;
}

// Checks every parameter of `model` against its range.
template <class M>
void check_parameters(const M& model) {
  for (const auto& parameter : M::parameter_table()) check_range(M::name, parameter.info, model.*parameter.field);
}

// A model with the given values set by name, the others at their defaults. Unknown names are errors; values are not
// checked.
template <class M>
M unchecked_model_from(std::span<const NamedValue> values) {
  M model{};
  std::vector<std::string_view> known;
  for (const auto& parameter : M::parameter_table()) known.push_back(parameter.info.name);
  for (const NamedValue& given : values) {
    bool found = false;
    for (const auto& parameter : M::parameter_table()) {
      if (parameter.info.name != given.name) continue;
      model.*parameter.field = given.value;
      found = true;
    }
    if (!found) throw_unknown_parameter(M::name, given.name, known);
  }
  return model;
}

// The same, where values out of range are errors; relations between parameters are checked by M::validate().
template <class M>
M model_from(std::span<const NamedValue> values) {
  const M model = unchecked_model_from<M>(values);
  model.validate();
  return model;
}

}  // namespace synop
