#include "synop/io/deployment/precision.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr std::array<std::string_view, 3> weight_names{"int8", "int16", "float32"};
constexpr std::array<std::string_view, 3> state_names{"int16", "int32", "float32"};

template <class Type>
Type type_of(std::string_view option, std::string_view text, std::span<const std::string_view> names) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end())
    throw Error(ErrorKind::usage, fmt::format("{}: there is no type '{}'{}", option, text, did_you_mean(text, names)));
  return static_cast<Type>(found - names.begin());
}

}  // namespace

std::string_view name(WeightType type) {
  return weight_names[static_cast<std::size_t>(type)];
}
std::string_view name(StateType type) {
  return state_names[static_cast<std::size_t>(type)];
}
std::uint32_t bytes_of(WeightType type) {
  return type == WeightType::int8 ? 1 : type == WeightType::int16 ? 2 : 4;
}
std::uint32_t bytes_of(StateType type) {
  return type == StateType::int16 ? 2 : 4;
}
std::int64_t largest(WeightType type) {
  return type == WeightType::int8 ? 127 : 32767;
}
std::int64_t largest(StateType type) {
  return type == StateType::int16 ? 32767 : 2147483647;
}

std::span<const Precision> precisions() {
  static constexpr std::array all{
      Precision{WeightType::int8, StateType::int16}, Precision{WeightType::int8, StateType::int32},
      Precision{WeightType::int16, StateType::int16}, Precision{WeightType::int16, StateType::int32},
      Precision{WeightType::float32, StateType::float32}};
  return all;
}

Precision precision_of(std::string_view weights, std::string_view state) {
  Precision precision{.weights = type_of<WeightType>("--weights", weights, weight_names)};
  precision.state = precision.integer() ? StateType::int32 : StateType::float32;
  if (!state.empty()) precision.state = type_of<StateType>("--state", state, state_names);
  const auto all = precisions();
  if (std::find(all.begin(), all.end(), precision) == all.end())
    throw Error(ErrorKind::usage,
                fmt::format("--weights {} and --state {} cannot be deployed together; allowed: int8 or "
                            "int16 weights with a state of int16 or int32, float32 with float32",
                            weights, state));
  return precision;
}

}  // namespace synop
