#include "synop/neurons/poisson_generator.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;

// From two random words each: an exponential interval of the given mean, rounded to an integer, and a target below
// `neurons`.
SYNOP_VECTORISED void make_events(const std::uint32_t* words, double mean, std::uint64_t neurons,
                                  std::int64_t* intervals, std::uint32_t* targets) {
  for (std::size_t i = 0; i < batch; ++i)
    intervals[i] = to_nearest(log_positive((to_double(words[i]) + 0.5) * 0x1p-32) * -mean);
  for (std::size_t i = 0; i < batch; ++i)
    targets[i] = static_cast<std::uint32_t>((words[batch + i] * neurons) >> 32);
}

// The independent Poisson trains of a group of neurons are one train of the summed rate whose events choose a neuron each.
// Events are made in batches, in loops over arrays that the compiler can vectorise: random words, intervals, times.
//
// Intervals are integers in units of 2^-shift ticks, fine enough that rounding them is far below the resolution of a
// random word, and small enough that those of a batch add up without overflow: their mean is below 2^46, none is above
// 23 means.
class PoissonStream final : public DriveStream {
 public:
  PoissonStream(const PoissonGenerator& model, std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                std::uint32_t neurons)
      : random_(seed, Purpose::poisson_drive, first, drive),
        start_(Time::from_ms(model.start)),
        stop_(std::isinf(model.stop) ? Time::never() : Time::from_ms(model.stop)),
        neurons_(neurons) {
    const double mean_ticks = 1e12 / (model.rate * neurons);
    shift_ = std::clamp(45 - std::ilogb(mean_ticks), -62, 20);
    mean_interval_ = std::min(std::ldexp(mean_ticks, shift_), 0x1p46);
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    random_.seek(detail::substream_of(trial));
    base_ = start_;
    offset_ = 0;
  }

  void generate(DriveEvents& events) override {
    std::uint32_t words[2 * batch];
    std::int64_t intervals[batch];
    events.resize(batch);
    random_.fill(words);
    make_events(words, mean_interval_, neurons_, intervals, events.targets.data());
    const std::int64_t end = in_units(stop_ - base_);
    std::size_t n = 0;
    for (; n < batch; ++n) {
      offset_ += intervals[n];
      if (offset_ >= end) break;
      events.times[n] = base_ + in_ticks(offset_);
    }
    events.resize(n);
    if (n < batch) {  // the stream has ended, and stays so
      base_ = stop_;
      offset_ = 0;
      return;
    }
    base_ = base_ + in_ticks(offset_);
    offset_ -= shift_ >= 0 ? offset_ >> shift_ << shift_ : offset_;
  }

  void save(StateWriter& writer) override { writer(random_, base_, offset_); }
  void load(StateReader& reader) override { reader(random_, base_, offset_); }

 private:
  Delay in_ticks(std::int64_t units) const { return {shift_ >= 0 ? units >> shift_ : units << -shift_}; }
  // The least number of units that is not before `span`, at most 2^62.
  std::int64_t in_units(Delay span) const {
    constexpr std::int64_t most = std::int64_t{1} << 62;
    if (shift_ >= 0) return span.ticks >= most >> shift_ ? most : span.ticks << shift_;
    const std::int64_t whole = span.ticks >> -shift_;
    return whole << -shift_ == span.ticks ? whole : whole + 1;
  }

  RandomStream random_;
  Time start_;
  Time stop_;
  std::uint32_t neurons_;
  int shift_ = 0;
  double mean_interval_ = 0.0;  // units
  Time base_{};                 // the last event is at base_ + offset_
  std::int64_t offset_ = 0;     // units
};

class NoStream final : public DriveStream {
 public:
  void generate(DriveEvents& events) override { events.resize(0); }
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

std::unique_ptr<DriveStream> PoissonGenerator::make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                                           std::uint32_t neurons) const {
  validate();
  if (rate == 0.0) return std::make_unique<NoStream>();
  return std::make_unique<PoissonStream>(*this, seed, drive, first, neurons);
}

}  // namespace synop
