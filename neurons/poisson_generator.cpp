#include "synop/neurons/poisson_generator.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 128;

// A group of neurons may use more words in a trial than a substream has, so trials lie far apart, as multiples of a
// number near the golden section of 2^36. By its continued fraction trials whose numbers differ by d are at least
// 2^33 / d substreams of 2 * 10^6 events apart.
std::uint64_t substream_of(std::uint64_t trial) {
  constexpr std::uint64_t multiplier = 0x9e374acc7;
  return (trial * multiplier) & ((std::uint64_t{1} << 36) - 1);
}

// From pairs of random words: exponential intervals of the given mean.
SYNOP_VECTORISED void make_intervals(const std::uint32_t (&words)[2 * batch], double mean, double (&intervals)[batch]) {
  for (std::size_t i = 0; i < batch; ++i)
    intervals[i] = log_positive((to_double(words[2 * i]) + 0.5) * 0x1p-32) * -mean;
}

class PoissonStream final : public DriveStream {
 public:
  PoissonStream(const PoissonGenerator& model, std::uint64_t seed, std::uint32_t drive, std::uint32_t group,
                std::uint32_t neurons)
      : random_(seed, Purpose::poisson_drive, group, drive),
        start_(Time::from_ms(model.start)),
        stop_(std::isinf(model.stop) ? Time::never() : Time::from_ms(model.stop)),
        mean_interval_(1e12 / (model.rate * neurons)),
        neurons_(neurons) {
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    random_.seek(substream_of(trial));
    base_ = start_;
    offset_ = 0.0;
  }

  // Events are made in batches, in loops over arrays that the compiler can vectorise: random words, intervals, times.
  void generate(std::vector<DriveEvent>& events) override {
    std::uint32_t words[2 * batch];
    double intervals[batch];
    random_.fill(words);
    make_intervals(words, mean_interval_, intervals);
    for (std::size_t i = 0; i < batch; ++i) {
      offset_ += intervals[i];
      if (offset_ >= 0x1p63) return;  // beyond the range of time, whose end is also the latest stop_
      const Delay since_base{static_cast<std::int64_t>(offset_)};
      if (since_base >= stop_ - base_) return;
      events.push_back({base_ + since_base, static_cast<std::uint32_t>((std::uint64_t{words[2 * i + 1]} * neurons_) >> 32), 0});
    }
    const double whole = std::floor(offset_);
    base_ = base_ + Delay{static_cast<std::int64_t>(whole)};
    offset_ -= whole;
  }

  void save(StateWriter& writer) override { writer(random_, base_, offset_); }
  void load(StateReader& reader) override { reader(random_, base_, offset_); }

 private:
  RandomStream random_;
  Time start_;
  Time stop_;
  double mean_interval_;  // ticks
  std::uint32_t neurons_;
  Time base_{};          // the last event is at base_ + offset_, in ticks
  double offset_ = 0.0;
};

class NoStream final : public DriveStream {
 public:
  void generate(std::vector<DriveEvent>&) override {}
  void restart(std::uint64_t) override {}
  void save(StateWriter&) override {}
  void load(StateReader&) override {}
};

}  // namespace

void PoissonGenerator::validate() const {
  if (!(rate >= 0.0) || rate > 1e9)
    throw Error(ErrorKind::model, fmt::format("poisson_generator: rate = {} Hz is outside the allowed range [0, 1e9]", rate));
  if (!(start >= 0.0) || std::isinf(start) || !(stop >= start))
    throw Error(ErrorKind::model, fmt::format("poisson_generator: start = {} ms, stop = {} ms; allowed 0 <= start <= stop", start, stop));
}

std::unique_ptr<DriveStream> PoissonGenerator::make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t group,
                                                           std::uint32_t neurons) const {
  validate();
  if (rate == 0.0) return std::make_unique<NoStream>();
  return std::make_unique<PoissonStream>(*this, seed, drive, group, neurons);
}

}  // namespace synop
