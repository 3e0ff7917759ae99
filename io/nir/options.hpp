#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synop/core/time.hpp"

namespace synop::nir {

enum class Mode { exact, clocked };
enum class SpikeMeaning { pulse, delta };
enum class Reset { to_value, by_subtraction };
enum class CubaCurrent { previous, updated };

// What a NIR file leaves open. Chosen options are printed with every result (sentences_of).
struct Options {
  Mode mode = Mode::exact;
  // A spike is the value 1 during dt (pulse), or a Dirac impulse of the area spike_area (delta).
  SpikeMeaning spike = SpikeMeaning::delta;
  Delay dt;                               // training time step; 0: not given
  Delay spike_area{ticks_per_ms * 1000};  // 1 s, as NIR defines it
  Reset reset = Reset::to_value;
  CubaCurrent current = CubaCurrent::previous;  // which current charges a membrane within a step; clocked mode
  std::optional<Delay> recurrent_delay = {};    // of edges that close a loop without a Delay; exact mode

  // The integral of a spike over time, in s.
  double area() const { return (spike == SpikeMeaning::pulse ? dt : spike_area).ms() * 1e-3; }
  friend bool operator==(const Options&, const Options&) = default;
};

// Throws Error(model) when an option that the others need is missing or has a value that cannot be.
void check_options(const Options& options);

// One sentence each.
std::vector<std::string> sentences_of(const Options& options);

}  // namespace synop::nir
