#include "synop/neurons/poisson_population.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/core/self_events.hpp"

namespace synop {

namespace {

// The next spike of every neuron waits in a heap: the work is per spike, not per neuron and window. Every spike has
// its own place in the neuron's random stream, so trains do not depend on blocks or on each other.
class PoissonBlock final : public SourceBlock {
 public:
  PoissonBlock(const BlockRequest& request, double rate)
      : SourceBlock(request), seed_(request.seed), initial_rate_(rate), rate_(request.neurons.count, rate) {
    for (std::uint32_t i = 0; i < neurons_.count; ++i)
      random_.emplace_back(seed_, Purpose::poisson_population, population_.index, neurons_.first + i);
    restart({}, 0);
  }

  void run(const WindowPart& part) override {
    while (next_.next() < part.until) {
      const Time t = next_.next();
      std::uint32_t neuron = 0;
      if (!next_.take(neuron)) continue;
      spikes_.push_back({t, neurons_.first + neuron});
      schedule(neuron, t);
    }
    std::sort(spikes_.begin(), spikes_.end());
    counters_.spikes += spikes_.size();
  }
  Time next_event() const override { return next_.next(); }

  double value(std::string_view variable, std::uint32_t neuron, Time) override {
    if (variable != "rate") throw_unknown_variable(PoissonPopulation::name, variable, {"rate"});
    return rate_[neuron];
  }
  void set_value(std::string_view variable, std::uint32_t neuron, double value, Time now) override {
    if (variable != "rate") throw_unknown_variable(PoissonPopulation::name, variable, {"rate"});
    check_range(PoissonPopulation::name, PoissonPopulation::parameter_table()[0].info, value);
    rate_[neuron] = value;
    next_.cancel(neuron);
    schedule(neuron, now);
  }
  void restart(Time, std::uint64_t trial) override {
    restart_common();
    next_.resize(neurons_.count);
    rate_.assign(neurons_.count, initial_rate_);
    for (std::uint32_t i = 0; i < neurons_.count; ++i) {
      random_[i].seek(trial);
      schedule(i, Time{});
    }
  }
  void save(StateWriter& writer) override {
    save_common(writer);
    serialize(writer);
  }
  void load(StateReader& reader) override {
    load_common(reader);
    serialize(reader);
  }
  std::uint64_t bytes() const override { return neurons_.count * (sizeof(RandomStream) + 40); }

 private:
  template <class Archive>
  void serialize(Archive& archive) {
    archive(rate_, random_, next_);
  }
  // The first tick after `now` plus an exponential interval, so that a neuron never has two spikes in one tick.
  void schedule(std::uint32_t neuron, Time now) {
    if (rate_[neuron] <= 0.0) return;
    const double ticks = random_[neuron].exponential() * 1e12 / rate_[neuron];
    if (ticks >= 0x1p63) return;
    const Delay interval{static_cast<std::int64_t>(ticks)};
    if (interval < Time::never() - now - tick) next_.schedule(neuron, now + interval + tick);
  }

  std::uint64_t seed_;
  double initial_rate_;
  std::vector<double> rate_;  // spikes/s
  std::vector<RandomStream> random_;
  SelfEvents next_;
};

}  // namespace

std::uint64_t PoissonPopulationModel::bytes_per_neuron() const { return sizeof(RandomStream) + 40; }

std::unique_ptr<Block> PoissonPopulationModel::make_block(BlockRequest request) const {
  return std::make_unique<PoissonBlock>(request, model_.rate);
}

}  // namespace synop
