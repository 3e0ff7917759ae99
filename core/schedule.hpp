#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synop/core/network.hpp"

namespace synop {

// How a network may be advanced (conservative parallel simulation with lookahead from structure).
//
// Nothing sent inside a window shorter than a delay can be received in it. Only loops need that: populations are
// given levels so that every projection between different strongly connected components, and every projection with a
// zero delay, leads to a higher level. Inside a window the levels are advanced in order, so these projections may have
// any delay; all others bound the window by their smallest delay.
struct Schedule {
  Delay window;
  Delay horizon;  // a multiple of the window: how far neurons that are driven above threshold are searched at a time
  std::vector<std::vector<BlockId>> levels;             // blocks of one level advance independently
  std::vector<std::vector<PopulationId>> populations;   // of each level
};

// Throws Error(model) naming the cycle if projections with zero delay form one.
Schedule make_schedule(const Network& network);

// A projection between populations, by their numbers.
struct PopulationLink {
  std::uint32_t source = 0;
  std::uint32_t target = 0;
};

// The same check for the zero-delay projections of a network that is not built yet; `names` are its populations'.
void refuse_zero_delay_cycle(std::span<const std::string> names, std::span<const PopulationLink> zero_delays);

}  // namespace synop
