#include "synop/neurons/pulsepacket_generator.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;

// Each packet has random numbers of its own; they do not depend on the group of neurons.
class Stream final : public DriveStream {
 public:
  Stream(const PulsepacketGenerator& model, std::uint64_t seed, std::uint32_t drive, std::uint32_t neurons)
      : model_(model), seed_(seed), drive_(drive), neurons_(neurons) {
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    trial_ = trial;
    next_ = 0;
    spikes_.clear();
    for (std::uint32_t pulse = 0; pulse < model_.pulse_times.size(); ++pulse) {
      RandomStream random(seed_, Purpose::pulse_packet, pulse, drive_);
      random.seek(detail::substream_of(trial));
      for (double k = 0.0; k < model_.activity; k += 1.0) {
        const double displacement = model_.sdev * random.normal();
        const double ms = model_.pulse_times[pulse].ms() + displacement;
        if (!(ms >= 0.0 && ms < 9.2e9)) continue;
        const Time t = model_.pulse_times[pulse] + Delay::from_ms(displacement);
        if (t >= model_.active.start && t < model_.active.stop) spikes_.push_back(t);
      }
    }
    std::sort(spikes_.begin(), spikes_.end());
  }
  void generate(DriveEvents& events) override {
    events.resize(0);
    for (; events.size() < batch && next_ < spikes_.size(); ++next_)
      for (std::uint32_t neuron = 0; neuron < neurons_; ++neuron) {
        events.times.push_back(spikes_[next_]);
        events.targets.push_back(neuron);
      }
  }
  void save(StateWriter& writer) override { writer(trial_, next_); }
  void load(StateReader& reader) override {
    std::uint64_t trial = 0, next = 0;
    reader(trial, next);
    restart(trial);
    next_ = next;
  }

 private:
  PulsepacketGenerator model_;
  std::uint64_t seed_;
  std::uint32_t drive_;
  std::uint32_t neurons_;
  std::uint64_t trial_ = 0;
  std::uint64_t next_ = 0;    // of the spikes
  std::vector<Time> spikes_;  // of all packets, sorted
};

}  // namespace

double PulsepacketGenerator::expected_rate() const {
  Time last{ticks_per_ms};
  for (const Time t : pulse_times) last = std::max(last, t);
  return activity * static_cast<double>(pulse_times.size()) / (last.ms() * 1e-3);
}

void PulsepacketGenerator::validate() const {
  active.validate("pulsepacket_generator");
  check_range(name_, {"activity", "", {.low = 0.0, .high = most_spikes}, ""}, activity);
  check_range(name_, {"sdev", "ms", {.low = 0.0, .high = 1e9}, ""}, sdev);
  if (activity != std::floor(activity))
    throw Error(ErrorKind::model,
                fmt::format("pulsepacket_generator: activity = {} is not a whole number of spikes", activity));
  if (activity * static_cast<double>(pulse_times.size()) > most_spikes)
    throw Error(ErrorKind::model,
                fmt::format("pulsepacket_generator: {} pulses of {} spikes; allowed: {} spikes in all",
                            pulse_times.size(), activity, most_spikes));
  for (const Time t : pulse_times)
    if (t < Time{})
      throw Error(ErrorKind::model,
                  fmt::format("pulsepacket_generator: a pulse at {} ms; allowed: 0 or later", t.ms()));
}

std::unique_ptr<DriveStream> PulsepacketGenerator::make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t,
                                                               std::uint32_t neurons) const {
  validate();
  return std::make_unique<Stream>(*this, seed, drive, neurons);
}

}  // namespace synop
