#include "synop/neurons/sinusoidal_poisson_generator.hpp"

#include <algorithm>
#include <cmath>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/sine.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;
constexpr std::size_t many = 65'536;   // candidates rejected in a row
constexpr double enough = 1.0 / 64.0;   // share of candidates that are kept with which thinning goes on
constexpr double most_ticks = 0x1p62;  // no interval is longer

class Stream final : public DriveStream {
 public:
  Stream(const SinusoidalPoissonGenerator& model, RandomStream random, std::uint32_t neurons)
      : model_(model), random_(random), neurons_(neurons) {
    // A rate that stands still may be 0 for ever, which thinning would never find out.
    largest_ = model.frequency == 0.0 ? std::max(0.0, rate_at({})) : model.rate + std::abs(model.amplitude);
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    random_.seek(detail::substream_of(trial));
    last_ = model_.active.start;
    rest_ = 0.0;
  }
  void generate(DriveEvents& events) override {
    events.resize(0);
    const double mean = 1e12 / (largest_ * neurons_);
    for (std::size_t rejected = 0; events.size() < batch;) {
      if (rejected == many) {  // the process has no memory, so it may go on in another way
        if (!find_next()) return;
        add(events, random_.below(neurons_));
        if (rate_at(last_) >= enough * largest_) rejected = 0;
        continue;
      }
      if (!advance(random_.exponential() * mean)) return;
      const std::uint32_t target = random_.below(neurons_);
      ++rejected;
      if (random_.uniform() * largest_ >= rate_at(last_)) continue;
      add(events, target);
      rejected = 0;
    }
  }
  void save(StateWriter& writer) override { writer(random_, last_, rest_); }
  void load(StateReader& reader) override { reader(random_, last_, rest_); }

 private:
  // Moves on by so many ticks; false, at the end, if that is beyond it.
  bool advance(double ticks) {
    ticks += rest_;
    if (!(ticks < most_ticks) || Delay{static_cast<std::int64_t>(ticks)} >= model_.active.stop - last_) {
      last_ = model_.active.stop;
      return false;
    }
    const Delay whole{static_cast<std::int64_t>(ticks)};
    rest_ = ticks - static_cast<double>(whole.ticks);
    last_ = last_ + whole;
    return true;
  }
  // Moves to the next event. With the bound r + s h (events per tick of all neurons) a step h has (r + s h) h = 1 event.
  bool find_next() {
    const double per_tick = 1e-12 * neurons_;
    const double s = std::abs(model_.amplitude) * 6.28318530717958647693 * model_.frequency * 1e-12 * per_tick;
    for (;;) {
      const double r = rate_at(last_) * per_tick;
      const double root = std::sqrt(r * r + 4.0 * s);
      const double step = std::min(most_ticks, r > 0.0 ? 2.0 / (r + root) : (root - r) / (2.0 * s));
      const double gap = random_.exponential() * step;  // the bound is 1 / step
      if (!advance(std::min(gap, step))) return false;
      if (gap < step && random_.uniform() < rate_at(last_) * per_tick * step) return true;
    }
  }
  void add(DriveEvents& events, std::uint32_t target) {
    events.times.push_back(last_);
    events.targets.push_back(target);
  }
  double rate_at(Time t) const {
    return model_.rate +
           model_.amplitude * detail::sine_of_turns(model_.frequency * 1e-3 * t.ms() + model_.phase / 360.0);
  }

  SinusoidalPoissonGenerator model_;
  RandomStream random_;
  std::uint32_t neurons_;
  double largest_ = 0.0;  // spikes/s of one target
  Time last_{};           // the last event before thinning is at last_ + rest_ ticks
  double rest_ = 0.0;     // in [0, 1)
};

}  // namespace

void SinusoidalPoissonGenerator::validate() const {
  active.validate("sinusoidal_poisson_generator");
  constexpr Range rates{.low = 0.0, .high = 1e9};
  check_range(name_, {"rate", "Hz", rates, ""}, rate);
  check_range(name_, {"amplitude", "Hz", {.low = -1e9, .high = 1e9}, ""}, amplitude);
  check_range(name_, {"frequency", "Hz", {.low = 0.0, .high = 1e6}, ""}, frequency);
  check_range(name_, {"phase", "", any_value, ""}, phase);
}

std::unique_ptr<DriveStream> SinusoidalPoissonGenerator::make_stream(std::uint64_t seed, std::uint32_t drive,
                                                                     std::uint32_t first, std::uint32_t neurons) const {
  validate();
  return std::make_unique<Stream>(*this, RandomStream(seed, Purpose::sinusoidal_drive, first, drive), neurons);
}

}  // namespace synop
