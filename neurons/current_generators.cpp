#include "synop/neurons/current_generators.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/sine.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr Range step_lengths{.low = 1e-6, .high = 1e9};  // ms

// Steps [start + k dt, start + (k + 1) dt) until `stop`, when the current ends.
class Steps {
 public:
  Steps(ActiveTime active, double dt) : active_(active), dt_(Delay::from_ms(dt)) { restart(); }

  Time next() const { return next_; }
  bool at_stop() const { return next_ == active_.stop; }
  std::uint64_t number() const { return number_; }
  void move() {
    ++number_;
    if (at_stop())
      next_ = Time::never();
    else
      next_ = active_.stop - next_ > dt_ ? next_ + dt_ : active_.stop;
  }
  void restart() {
    number_ = 0;
    next_ = active_.start < active_.stop ? active_.start : Time::never();
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(next_, number_);
  }

 private:
  ActiveTime active_;
  Delay dt_;
  Time next_{};
  std::uint64_t number_ = 0;
};

class AcStream final : public CurrentStream {
 public:
  explicit AcStream(const AcGenerator& model) : model_(model), steps_(model.active, model.dt) {
    const double half = 0.5 * model.frequency * 1e-3 * model.dt;  // of a step, in turns
    mean_of_step_ = half < 1e-8 ? 1.0 : detail::sine_of_turns(half) / (6.28318530717958647693 * half);
  }

  Time next() const override { return steps_.next(); }
  void advance(std::vector<double>& change) override {
    const double flowed = flows_;
    flows_ = steps_.at_stop() ? 0.0 : mean_from(steps_.next());
    steps_.move();
    change.assign(1, flows_ - flowed);
  }
  void restart(std::uint64_t) override {
    steps_.restart();
    flows_ = 0.0;
  }
  void save(StateWriter& writer) override { writer(steps_, flows_); }
  void load(StateReader& reader) override { reader(steps_, flows_); }

 private:
  // The mean of a sine over a step is its value in the middle, a bit reduced.
  double mean_from(Time t) const {
    const double turns = model_.frequency * 1e-3 * (t.ms() + 0.5 * model_.dt) + model_.phase / 360.0;
    return model_.offset + model_.amplitude * mean_of_step_ * detail::sine_of_turns(turns);
  }

  AcGenerator model_;
  Steps steps_;
  double mean_of_step_ = 1.0;
  double flows_ = 0.0;  // pA
};

class NoiseStream final : public CurrentStream {
 public:
  NoiseStream(const NoiseGenerator& model, RandomStream random, std::uint32_t neurons)
      : model_(model), steps_(model.active, model.dt), random_(random), flows_(neurons), drawn_(neurons) {}

  Time next() const override { return steps_.next(); }
  void advance(std::vector<double>& change) override {
    change.resize(flows_.size());
    random_.seek((detail::substream_of(trial_) + steps_.number()) & ((std::uint64_t{1} << 36) - 1));
    random_.fill_normal(drawn_);
    const bool ends = steps_.at_stop();
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      const double flows = ends ? 0.0 : model_.mean + model_.std * drawn_[i];
      change[i] = flows - flows_[i];
      flows_[i] = flows;
    }
    steps_.move();
  }
  void restart(std::uint64_t trial) override {
    trial_ = trial;
    steps_.restart();
    flows_.assign(flows_.size(), 0.0);
  }
  void save(StateWriter& writer) override { writer(steps_, trial_, flows_); }
  void load(StateReader& reader) override { reader(steps_, trial_, flows_); }

 private:
  NoiseGenerator model_;
  Steps steps_;
  RandomStream random_;
  std::uint64_t trial_ = 0;
  std::vector<double> flows_;  // pA, per neuron
  std::vector<double> drawn_;
};

class StepStream final : public CurrentStream {
 public:
  explicit StepStream(const StepCurrentGenerator& model) : model_(model) { restart(0); }

  Time next() const override { return next_; }
  void advance(std::vector<double>& change) override {
    const double flowed = flows_;
    while (step_ < model_.amplitude_times.size() && model_.amplitude_times[step_] <= next_) ++step_;
    flows_ = next_ >= model_.active.stop || step_ == 0 ? 0.0 : model_.amplitude_values[step_ - 1];
    find_next();
    change.assign(1, flows_ - flowed);
  }
  void restart(std::uint64_t) override {
    step_ = 0;
    flows_ = 0.0;
    next_ = model_.active.start < model_.active.stop ? model_.active.start : Time::never();
  }
  void save(StateWriter& writer) override { writer(step_, flows_, next_); }
  void load(StateReader& reader) override { reader(step_, flows_, next_); }

 private:
  void find_next() {
    const Time step = step_ < model_.amplitude_times.size() ? model_.amplitude_times[step_] : Time::never();
    next_ = next_ >= model_.active.stop ? Time::never() : std::min(step, model_.active.stop);
  }

  StepCurrentGenerator model_;
  std::uint64_t step_ = 0;  // the next of the times
  double flows_ = 0.0;      // pA
  Time next_{};
};

}  // namespace

void AcGenerator::validate() const {
  active.validate("ac_generator");
  check_range(name_, {"amplitude", "pA", any_current, ""}, amplitude);
  check_range(name_, {"offset", "pA", any_current, ""}, offset);
  check_range(name_, {"frequency", "Hz", {.low = 0.0, .high = 1e6}, ""}, frequency);
  check_range(name_, {"phase", "", any_value, ""}, phase);
  check_range(name_, {"dt", "ms", step_lengths, ""}, dt);
  if (0.5 * frequency * 1e-3 * dt > 0.25)
    throw Error(ErrorKind::model,
                fmt::format("ac_generator: dt = {} ms is longer than half a period of {} Hz", dt, frequency));
}

void NoiseGenerator::validate() const {
  active.validate("noise_generator");
  check_range(name_, {"mean", "pA", any_current, ""}, mean);
  check_range(name_, {"std", "pA", {.low = 0.0, .high = any_current.high}, ""}, std);
  check_range(name_, {"dt", "ms", step_lengths, ""}, dt);
}

void StepCurrentGenerator::validate() const {
  active.validate("step_current_generator");
  if (amplitude_times.size() != amplitude_values.size())
    throw Error(ErrorKind::model,
                fmt::format("step_current_generator: {} amplitude_times and {} amplitude_values; allowed: as many",
                            amplitude_times.size(), amplitude_values.size()));
  for (std::size_t k = 0; k < amplitude_times.size(); ++k) {
    if (amplitude_times[k] < Time{} || (k > 0 && amplitude_times[k] <= amplitude_times[k - 1]))
      throw Error(ErrorKind::model,
                  fmt::format("step_current_generator: amplitude_times[{}] = {} ms; allowed: 0 or more, each after "
                              "the one before it",
                              k, amplitude_times[k].ms()));
    check_range(name_, {"amplitude_values", "pA", any_current, ""}, amplitude_values[k]);
  }
}

std::unique_ptr<CurrentStream> AcGenerator::make_stream(std::uint64_t, std::uint32_t, std::uint32_t,
                                                        std::uint32_t) const {
  validate();
  return std::make_unique<AcStream>(*this);
}

std::unique_ptr<CurrentStream> NoiseGenerator::make_stream(std::uint64_t seed, std::uint32_t current,
                                                           std::uint32_t first, std::uint32_t neurons) const {
  validate();
  return std::make_unique<NoiseStream>(*this, RandomStream(seed, Purpose::noise_current, first, current), neurons);
}

std::unique_ptr<CurrentStream> StepCurrentGenerator::make_stream(std::uint64_t, std::uint32_t, std::uint32_t,
                                                                 std::uint32_t) const {
  validate();
  return std::make_unique<StepStream>(*this);
}

}  // namespace synop
