#include "synop/neurons/given_trains.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/spike.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;

class Stream final : public DriveStream {
 public:
  explicit Stream(std::vector<Spike> spikes) : spikes_(std::move(spikes)) {}

  void generate(DriveEvents& events) override {
    events.resize(0);
    for (; events.size() < batch && next_ < spikes_.size(); ++next_) {
      events.times.push_back(spikes_[next_].time);
      events.targets.push_back(spikes_[next_].neuron);
    }
  }
  void restart(std::uint64_t) override { next_ = 0; }
  void save(StateWriter& writer) override { writer(next_); }
  void load(StateReader& reader) override { reader(next_); }

 private:
  std::vector<Spike> spikes_;  // by time, then target
  std::uint64_t next_ = 0;
};

}  // namespace

GivenTrains::GivenTrains(std::uint32_t first, std::vector<std::vector<Time>> trains) : first_(first), trains_(std::move(trains)) {
  for (std::size_t i = 0; i < trains_.size(); ++i) {
    const std::vector<Time>& train = trains_[i];
    if (!train.empty() && train.front() < Time{})
      throw Error(ErrorKind::model, fmt::format("given_trains: train {}: a spike at {} ms; allowed [0, inf)", i, train.front().ms()));
    if (!std::is_sorted(train.begin(), train.end()))
      throw Error(ErrorKind::model, fmt::format("given_trains: train {}: spike times must not decrease", i));
  }
}

double GivenTrains::expected_rate() const {
  Time last{ticks_per_ms};
  std::size_t spikes = 0;
  for (const std::vector<Time>& train : trains_) {
    spikes += train.size();
    if (!train.empty()) last = std::max(last, train.back());
  }
  return static_cast<double>(spikes) / (static_cast<double>(std::max<std::size_t>(1, trains_.size())) * last.ms() * 1e-3);
}

// `first` is that of the block, which may lie before the targets.
std::unique_ptr<DriveStream> GivenTrains::make_stream(std::uint64_t, std::uint32_t, std::uint32_t first,
                                                      std::uint32_t neurons) const {
  const std::size_t begin = std::max(first, first_) - first_;
  if (begin + neurons > trains_.size())
    throw Error(ErrorKind::model, fmt::format("given_trains: {} trains, the first of neuron {}, for the neurons [{}, {})", trains_.size(),
                                              first_, first_ + begin, first_ + begin + neurons));
  std::vector<Spike> spikes;
  for (std::uint32_t i = 0; i < neurons; ++i)
    for (const Time t : trains_[begin + i]) spikes.push_back({t, i});
  std::sort(spikes.begin(), spikes.end());
  return std::make_unique<Stream>(std::move(spikes));
}

}  // namespace synop
