#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "synop/core/elementary.hpp"
#include "synop/core/spike.hpp"

namespace synop {

// Time to first spike: a channel with intensity x in [0, 1] fires once, the earlier the stronger it is, and not at all
// where x <= threshold. Either in a straight line,
//
//   t = t_max (1 - x),
//
// or as a leaky membrane that a constant current x charges until it reaches the threshold,
//
//   t = min(t_max, tau ln(x / (x - threshold))).
//
//   course               linear or logarithmic
//   t_max       ms       the latest spike
//   tau         ms       of the membrane; logarithmic only
//   threshold            in [0, 1); logarithmic: above 0
//
// Thorpe, Delorme & Van Rullen (2001) Neural Netw. 14:715.
struct Latency {
  enum class Course { linear, logarithmic };
  Course course = Course::linear;
  double t_max = 0.0;
  double tau = 20.0;
  double threshold = 0.0;

  // Appends the spike of a channel, if it has one, relative to the beginning of the sample.
  void append(double x, std::uint32_t channel, std::vector<Spike>& spikes) const {
    if (!(x > threshold)) return;
    const double ms =
        course == Course::linear ? t_max * (1.0 - x) : std::min(t_max, tau * log_positive(x / (x - threshold)));
    spikes.push_back({Time{std::llround(ms * static_cast<double>(ticks_per_ms))}, channel});
  }
};

}  // namespace synop
