#pragma once

#include <compare>
#include <cstdint>

namespace synop {

// Ids are distinct types; the raw index appears only where an array is accessed.
struct PopulationId {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(PopulationId, PopulationId) = default;
};

struct ProjectionId {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(ProjectionId, ProjectionId) = default;
};

struct BlockId {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(BlockId, BlockId) = default;
};

// A half-open range of neurons of one population.
struct Slice {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  constexpr std::uint32_t end() const { return first + count; }
  friend constexpr auto operator<=>(Slice, Slice) = default;
};

}  // namespace synop
