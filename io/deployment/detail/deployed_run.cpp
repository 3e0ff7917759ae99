#include "synop/io/deployment/detail/deployed_run.hpp"

namespace synop {

DeployedRun::DeployedRun(std::span<const std::byte> image, Delay step)
    : ram_(header_of(image).ram_bytes), network_(image, ram_.bytes()), step_(step) {}

void DeployedRun::run(const std::vector<std::vector<Spike>>& given, Delay span) {
  network_.restart();
  spikes_.assign(given.size(), {});
  next_.assign(given.size(), 0);
  const std::uint32_t last = step_of(Time{} + span, step_);
  for (std::uint32_t k = 0; k <= last; ++k) {
    for (std::uint32_t p = 0; p < given.size(); ++p)
      for (std::size_t& i = next_[p]; i < given[p].size() && step_of(given[p][i].time, step_) <= k; ++i)
        network_.set_spike(p, given[p][i].neuron);
    network_.step();
    const Time now = Time{} + k * step_;
    for (std::uint32_t p = 0; p < given.size(); ++p)
      if (given[p].empty()) network_.for_each_spike(p, [&](std::uint32_t i) { spikes_[p].push_back({now, i}); });
  }
}

}  // namespace synop
