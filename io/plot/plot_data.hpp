#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "synop/core/spike.hpp"

namespace synop {

// The spikes of one population to be drawn, in order of time.
struct PopulationSpikes {
  std::string name;
  std::uint64_t size = 0;  // neurons
  std::span<const Spike> spikes = {};
  std::optional<std::uint64_t> recorded = {};  // neurons whose spikes these are; unset: all
};

// What to draw: the spikes in [start, stop), in a picture of this width (the height follows from the content).
struct PlotOptions {
  std::string title;
  Time start;
  Time stop;
  double width = 960;
};

}  // namespace synop
