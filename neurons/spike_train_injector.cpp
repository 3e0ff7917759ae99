#include "synop/neurons/spike_train_injector.hpp"

#include <vector>

namespace synop {

namespace {

class SpikeTrainInjectorBlock final : public SourceBlock {
 public:
  explicit SpikeTrainInjectorBlock(const BlockRequest& request) : SourceBlock(request) {}

  void set_spikes(std::span<const Spike> spikes) override {
    waiting_.clear();
    next_ = 0;
    for (const Spike& spike : spikes)
      if (spike.neuron >= neurons_.first && spike.neuron < neurons_.end()) waiting_.push_back(spike);
  }
  void run(const WindowPart& part) override {
    for (; next_ < waiting_.size() && waiting_[next_].time < part.until; ++next_) spikes_.push_back(waiting_[next_]);
    counters_.spikes += spikes_.size();
  }
  Time next_event() const override { return next_ < waiting_.size() ? waiting_[next_].time : Time::never(); }
  void restart(Time, std::uint64_t) override {
    restart_common();
    waiting_.clear();
    next_ = 0;
  }
  void save(StateWriter& writer) override {
    save_common(writer);
    writer(waiting_, next_);
  }
  void load(StateReader& reader) override {
    load_common(reader);
    reader(waiting_, next_);
  }
  std::uint64_t bytes() const override { return waiting_.size() * sizeof(Spike); }

 private:
  std::vector<Spike> waiting_;  // by time, then neuron
  std::size_t next_ = 0;        // of those, the first not sent
};

}  // namespace

std::unique_ptr<Block> SpikeTrainInjector::make_block(BlockRequest request) const {
  return std::make_unique<SpikeTrainInjectorBlock>(request);
}

}  // namespace synop
