#pragma once

#include <compare>
#include <cstdint>

#include "synop/core/time.hpp"

namespace synop {

// A spike of one neuron; the neuron's index counts from 0 within its population.
struct Spike {
  Time time;
  std::uint32_t neuron = 0;

  friend constexpr auto operator<=>(const Spike&, const Spike&) = default;
};

}  // namespace synop
