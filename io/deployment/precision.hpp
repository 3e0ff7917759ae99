#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

namespace synop {

// What the numbers of a deployed network are stored as.
enum class WeightType : std::uint8_t { int8, int16, float32 };
enum class StateType : std::uint8_t { int16, int32, float32 };

std::string_view name(WeightType type);
std::string_view name(StateType type);
std::uint32_t bytes_of(WeightType type);
std::uint32_t bytes_of(StateType type);
// The largest integer of either sign that is used: 127, 32767, 2^31 - 1. Not of float32.
std::int64_t largest(WeightType type);
std::int64_t largest(StateType type);

struct Precision {
  WeightType weights = WeightType::int8;
  StateType state = StateType::int32;

  bool integer() const { return weights != WeightType::float32; }
  friend auto operator<=>(const Precision&, const Precision&) = default;
};

// The pairs that can be deployed, from the smallest to the largest: integers with integers, float32 with float32.
std::span<const Precision> precisions();

// Throws Error(usage) for an unknown name or a pair that cannot be deployed. An empty state is int32 for integer
// weights and float32 for float32.
Precision precision_of(std::string_view weights, std::string_view state);

}  // namespace synop
