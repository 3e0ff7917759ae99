#pragma once

#include <cstdint>
#include <vector>

#include "synop/core/random.hpp"
#include "synop/core/spike.hpp"

namespace synop {

// Regular trains: channel i with intensity x_i in [0, 1] fires at
//
//   t_k = (k + phase_i) / (max_rate x_i),  k = 0, 1, ...
//
//   max_rate       Hz   rate of intensity 1
//   random_phase        true: phase_i is uniform in (0, 1), drawn for each sample and channel; false: 1/2 for all
//
// Without random phases channels of equal intensity fire together.
struct RegularRate {
  double max_rate = 63.75;
  bool random_phase = true;

  // Appends the spikes of a channel in [0, duration), relative to the beginning of the sample. `phase` is the stream of
  // the channel, at the substream of the sample.
  void append(double x, std::uint32_t channel, Delay duration, RandomStream phase, std::vector<Spike>& spikes) const {
    const double rate = max_rate * x;
    if (!(rate > 0.0)) return;
    const double interval = 1e3 * static_cast<double>(ticks_per_ms) / rate;  // ticks
    const double first = random_phase ? phase.uniform() : 0.5;
    for (std::uint64_t k = 0;; ++k) {
      const double ticks = (static_cast<double>(k) + first) * interval;
      if (!(ticks < static_cast<double>(duration.ticks))) return;
      spikes.push_back({Time{static_cast<std::int64_t>(ticks)}, channel});
    }
  }
};

}  // namespace synop
