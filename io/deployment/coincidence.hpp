#pragma once

#include <cstdint>
#include <vector>

#include "synop/core/spike.hpp"

namespace synop {

// How far two sets of spike trains of the same neurons agree. A spike of one and a spike of the other coincide if they
// are of one neuron and at most `window` apart; each takes part in one coincidence at most, and there are as many as
// can be.
struct Coincidence {
  std::uint64_t first = 0, second = 0;  // spikes
  std::uint64_t together = 0;           // coincidences
  double by_chance = 0.0;               // of Poisson trains of the same rates: sum over neurons of 2 window n m / span

  // 2 together / (first + second): 1 where all coincide; 1 without spikes.
  double share() const;
  // The same beyond chance: 1 where all coincide, 0 at the level of chance (Kistler, Gerstner & van Hemmen 1997, Neural
  // Comput. 9:1015); not a number where chance alone makes all coincide, 1 without spikes.
  double gamma() const;

  Coincidence& operator+=(const Coincidence& other);
};

// Both sorted by time. `span` is how long was observed.
Coincidence coincidence(const std::vector<Spike>& first, const std::vector<Spike>& second, std::uint32_t neurons,
                        Delay window, Delay span);

}  // namespace synop
