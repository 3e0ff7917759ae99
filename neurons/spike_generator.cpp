#include "synop/neurons/spike_generator.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

class SpikeGeneratorBlock final : public SourceBlock {
 public:
  SpikeGeneratorBlock(const BlockRequest& request, std::vector<Spike> all) : SourceBlock(request), all_(std::move(all)) {}

  void run(const WindowPart& part) override {
    for (; next_ < all_.size() && all_[next_].time < part.until; ++next_) spikes_.push_back(all_[next_]);
    counters_.spikes += spikes_.size();
  }
  Time next_event() const override { return next_ < all_.size() ? all_[next_].time : Time::never(); }
  void restart(Time, std::uint64_t) override {
    restart_common();
    next_ = 0;
  }
  void save(StateWriter& writer) override {
    save_common(writer);
    writer(next_);
  }
  void load(StateReader& reader) override {
    load_common(reader);
    reader(next_);
  }
  std::uint64_t bytes() const override { return all_.size() * sizeof(Spike); }

 private:
  std::vector<Spike> all_;  // by time, then neuron
  std::size_t next_ = 0;
};

}  // namespace

SpikeGenerator::SpikeGenerator(std::vector<std::vector<Time>> spike_times) : spike_times_(std::move(spike_times)) {
  for (std::size_t i = 0; i < spike_times_.size(); ++i) {
    const std::vector<Time>& times = spike_times_[i];
    if (!times.empty() && times.front() < Time{})
      throw Error(ErrorKind::model, fmt::format("spike_generator: neuron {}: a spike at {} ms; allowed [0, inf)", i, times.front().ms()));
    const auto unsorted = std::is_sorted_until(times.begin(), times.end());
    if (unsorted != times.end())
      throw Error(ErrorKind::model, fmt::format("spike_generator: neuron {}: spike times must not decrease; {} ms comes after a later one",
                                                i, unsorted->ms()));
  }
}

void SpikeGenerator::check_size(std::uint32_t size) const {
  if (spike_times_.size() == size) return;
  throw Error(ErrorKind::model, fmt::format("spike_generator: {} lists of spike times for {} neurons", spike_times_.size(), size));
}

std::uint64_t SpikeGenerator::bytes_per_neuron() const {
  std::uint64_t spikes = 0;
  for (const auto& times : spike_times_) spikes += times.size();
  return spikes * sizeof(Spike) / std::max<std::size_t>(1, spike_times_.size());
}

std::unique_ptr<Block> SpikeGenerator::make_block(BlockRequest request) const {
  std::vector<Spike> all;
  for (std::uint32_t i = request.neurons.first; i < request.neurons.end(); ++i)
    for (const Time t : spike_times_[i]) all.push_back({t, i});
  std::sort(all.begin(), all.end());
  return std::make_unique<SpikeGeneratorBlock>(request, std::move(all));
}

}  // namespace synop
