#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/core/spike.hpp"

namespace synop {

// The neurons of one block that a drive reaches: a group with a stream of its own.
struct DriveGroup {
  Slice neurons;                        // of the population; none: the drive does not reach the block
  std::unique_ptr<DriveStream> stream;  // null then
};
DriveGroup drive_group(const Network& network, std::uint32_t drive, const Network::BlockRange& block);

// What a drive sends before `until` in the first run of a simulation, by time, then neuron of the target population. The
// times are those of sending: the spikes arrive the drive's delay later.
std::vector<Spike> drive_spikes(const Network& network, std::uint32_t drive, Time until);

}  // namespace synop
