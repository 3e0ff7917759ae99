#include "synop/core/drive_streams.hpp"

#include <algorithm>

namespace synop {

DriveGroup drive_group(const Network& network, std::uint32_t drive, const Network::BlockRange& block) {
  const Drive& d = network.drives()[drive];
  const std::uint32_t first = std::max(d.targets.first, block.neurons.first);
  const std::uint32_t end = std::min(d.targets.end(), block.neurons.end());
  if (d.target != block.population || first >= end) return {};
  return {{first, end - first}, d.model->make_stream(network.seed(), drive, block.neurons.first, end - first)};
}

std::vector<Spike> drive_spikes(const Network& network, std::uint32_t drive, Time until) {
  std::vector<Spike> spikes;
  DriveEvents events;
  for (const Network::BlockRange& block : network.blocks()) {
    const DriveGroup group = drive_group(network, drive, block);
    if (group.stream == nullptr) continue;
    for (bool more = true; more;) {
      group.stream->generate(events);
      more = !events.empty() && events.times.back() < until;
      for (std::size_t i = 0; i < events.size() && events.times[i] < until; ++i)
        spikes.push_back({events.times[i], group.neurons.first + events.targets[i]});
    }
  }
  std::sort(spikes.begin(), spikes.end());
  return spikes;
}

}  // namespace synop
