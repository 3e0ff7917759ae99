#pragma once

#include <algorithm>
#include <utility>

#include "synop/core/archive.hpp"
#include "synop/core/block.hpp"
#include "synop/core/neuron_model.hpp"
#include "synop/core/population_model.hpp"
#include "synop/core/self_events.hpp"

namespace synop {

// A block of neurons of model M: the event loop of the engine, compiled once per model.
//
// Order at one instant t: steps of a current, ends of refractoriness, predicted crossings due at t, then inhibitory
// inputs, then excitatory ones, then the neurons those inputs alerted. With t_ref = 0 a neuron that fires at t is
// released after the inputs of t, so that it discards the rest of them. Samples at t see everything that happened at t.
template <NeuronModel M>
class NeuronBlock final : public Block {
 public:
  NeuronBlock(const M& model, BlockRequest request)
      : Block(request.population, request.neurons),
        dynamics_(model, request.neurons.count),
        refractory_time_(model.refractory_time()),
        potentials_(std::move(request.potentials)),
        drives_(std::move(request.drives)),
        steps_(std::move(request.steps)) {
    self_events_.resize(neurons_.count);
    set_initial_potentials();
  }

  void run(const WindowPart& part) override;
  Time next_event() const override;
  double value(std::string_view variable, std::uint32_t neuron, Time now) override {
    return dynamics_.value(variable, neuron, now);
  }
  void set_value(std::string_view variable, std::uint32_t neuron, double value, Time now) override {
    dynamics_.set_value(variable, neuron, value, now);
    scan_is_due_ = true;
  }
  void freeze_adaptation(bool frozen, Time now) override {
    dynamics_.freeze_adaptation(frozen, now);
    scan_is_due_ = true;
  }
  void restart(Time now, std::uint64_t trial) override;
  void save(StateWriter& writer) override {
    save_common(writer);
    serialize_own(writer);
    for (DriveInput& drive : drives_) drive.save(writer);
  }
  void load(StateReader& reader) override {
    load_common(reader);
    serialize_own(reader);
    for (DriveInput& drive : drives_) drive.load(reader);
  }
  std::uint64_t bytes() const override { return neurons_.count * Dynamics::bytes_per_neuron + sizeof *this; }

 private:
  using Dynamics = typename M::Dynamics;
  using Instant = typename Dynamics::Instant;

  template <class Archive>
  void serialize_own(Archive& archive) {
    archive(dynamics_, self_events_, releases_, scan_is_due_, next_step_);
  }

  void set_initial_potentials() {
    for (std::uint32_t i = 0; i < potentials_.size(); ++i) dynamics_.set_value("V_m", i, potentials_[i], Time{});
  }
  Time next_step_time() const { return next_step_ < steps_.size() ? steps_[next_step_].time : Time::never(); }
  void open_window(const WindowPart& part);
  void run_internal(Time before, bool input_at_before, const WindowPart& part);
  void sample_before(Time t);
  void take_step(const WindowPart& part);
  void receive_instant(Time t, std::span<const Delivery> due, std::size_t& position, const WindowPart& part);
  void run_drive(DriveInput& drive, Time before, const WindowPart& part);
  void deliver(const Delivery& delivery, const Instant& instant);
  template <class Weights>
  void deliver_group(const Instant& instant, bool inhibitory, const std::uint16_t* targets, Weights weights,
                     std::size_t n, [[maybe_unused]] bool contiguous = false) {
    if constexpr (requires { dynamics_.excite_range(instant, targets[0], weights, n, alerts_); })
      if (contiguous && !inhibitory) return dynamics_.excite_range(instant, targets[0], weights, n, alerts_);
    if (inhibitory)
      dynamics_.inhibit(instant, targets, weights, n, alerts_);
    else
      dynamics_.excite(instant, targets, weights, n, alerts_);
  }
  void attend(std::uint32_t neuron, Time t, const WindowPart& part);
  void attend_alerts(Time t, const WindowPart& part);
  void fire(std::uint32_t neuron, Time t);

  Dynamics dynamics_;
  Delay refractory_time_;
  std::vector<double> potentials_;
  std::vector<DriveInput> drives_;  // inhibitory first
  std::vector<CurrentStep> steps_;
  std::size_t next_step_ = 0;
  SelfEvents self_events_;
  Releases releases_;
  Alerts alerts_;
  bool scan_is_due_ = true;  // at the start, and when the state has been changed from outside
};

template <NeuronModel M>
void NeuronBlock<M>::run(const WindowPart& part) {
  open_window(part);
  const auto due = queue_.open(part.until, [this](const Delivery& d, Delivery& next) { return next_group(d, next); });
  std::size_t position = 0;
  for (;;) {
    const Time delivery = position < due.size() ? due[position].time : Time::never();
    DriveInput* const drive = earliest_drive(drives_);
    const Time driven = drive != nullptr ? drive->next() : Time::never();
    const Time input = std::min(delivery, driven);
    const bool ends = input >= part.until;
    run_internal(ends ? part.until : input, !ends, part);
    if (ends) break;
    if (driven < delivery && drive->is_excitatory())
      run_drive(*drive, std::min(delivery, part.until), part);
    else
      receive_instant(input, due, position, part);
  }
  std::sort(spikes_.begin(), spikes_.end());
  counters_.spikes += spikes_.size();
}

template <NeuronModel M>
void NeuronBlock<M>::open_window(const WindowPart& part) {
  if (!scan_is_due_ && !(part.opens && dynamics_.scans_windows())) return;
  if (scan_is_due_) {
    scan_is_due_ = false;
    while (next_step_time() <= part.begin) take_step(part);
  }
  dynamics_.scan(part.begin, part.window_end, alerts_);
  attend_alerts(part.begin, part);
}

// Everything the block does by itself before `before`, or, if input arrives at `before`, up to and including it.
template <NeuronModel M>
void NeuronBlock<M>::run_internal(Time before, bool input_at_before, const WindowPart& part) {
  const Time limit = input_at_before ? before + tick : before;
  const Time release_limit = refractory_time_.ticks > 0 ? limit : before;
  for (;;) {
    const Time step = next_step_time();
    const Time release = releases_.next() < release_limit ? releases_.next() : Time::never();
    const Time crossing = self_events_.next();
    const Time t = std::min({step, release, crossing});
    sample_before(std::min(t, before));
    if (t >= limit) return;
    if (step == t) {
      take_step(part);
    } else if (release == t) {
      const std::uint32_t neuron = releases_.take();
      dynamics_.release(neuron, t);
      attend(neuron, t, part);
    } else {
      std::uint32_t neuron = 0;
      if (!self_events_.take(neuron)) continue;
      ++counters_.self_events;
      attend(neuron, t, part);
    }
  }
}

template <NeuronModel M>
void NeuronBlock<M>::sample_before(Time t) {
  for (Sampler& sampler : samplers_)
    while (sampler.due() < t) {
      for (const std::uint32_t neuron : sampler.neurons)
        sampler.values.push_back(dynamics_.value("V_m", neuron, sampler.next));
      sampler.times.push_back(sampler.next);
      sampler.next = sampler.next + sampler.interval;
    }
}

template <NeuronModel M>
void NeuronBlock<M>::take_step(const WindowPart& part) {
  const bool scanned = dynamics_.scans_windows();
  const CurrentStep& step = steps_[next_step_++];
  dynamics_.add_current(step.neurons.first, step.neurons.count, step.amplitude, step.time);
  for (std::uint32_t i = step.neurons.first; i < step.neurons.end(); ++i) attend(i, step.time, part);
  if (!scanned || dynamics_.scans_windows()) return;
  // No scan follows: neurons whose own current is unchanged have so far been searched until the window's end only.
  dynamics_.scan(step.time, part.window_end, alerts_);
  attend_alerts(step.time, part);
}

template <NeuronModel M>
void NeuronBlock<M>::receive_instant(Time t, std::span<const Delivery> due, std::size_t& position,
                                     const WindowPart& part) {
  const Instant instant = dynamics_.instant(t, part.window_end);
  const auto drives_at = [&](bool excitatory) {
    for (DriveInput& drive : drives_)
      while (drive.is_excitatory() == excitatory && drive.next() == t) {
        const std::uint16_t target = drive.take();
        ++counters_.drive_deliveries;
        deliver_group(instant, !excitatory, &target, ConstantWeight{drive.weight()}, 1);
      }
  };
  for (; position < due.size() && due[position].time == t && !due[position].excitatory(); ++position)
    deliver(due[position], instant);
  drives_at(false);
  for (; position < due.size() && due[position].time == t; ++position) deliver(due[position], instant);
  drives_at(true);
  attend_alerts(t, part);
}

// Events of one excitatory drive until anything else happens. Each is a load, an addition, a comparison and a store,
// plus the factor of its instant; guarded by benchmarks/network_benchmark.cpp (Brunel: 250 million of them a second).
template <NeuronModel M>
void NeuronBlock<M>::run_drive(DriveInput& drive, Time before, const WindowPart& part) {
  before = std::min({before, self_events_.next(), releases_.next(), next_step_time()});
  for (const DriveInput& other : drives_)
    if (&other != &drive) before = std::min(before, other.next());
  for (const Sampler& sampler : samplers_) before = std::min(before, sampler.due());
  const ConstantWeight weight{drive.weight()};
  std::uint64_t events = 0;
  for (Time t = drive.next(); t < before; t = drive.next()) {
    const Instant instant = dynamics_.instant(t, part.window_end);
    do {  // all of this instant, so that a neuron that fires discards the rest
      const std::uint16_t target = drive.take();
      dynamics_.excite(instant, &target, weight, 1, alerts_);
      ++events;
    } while (drive.next() == t);
    if (!alerts_.empty()) [[unlikely]] {
      attend_alerts(t, part);
      before = std::min({before, releases_.next(), self_events_.next()});
    }
  }
  if (events == 0) {  // something else is due at the very instant of the drive's event
    std::size_t none = 0;
    receive_instant(drive.next(), {}, none, part);
  }
  counters_.drive_deliveries += events;
}

template <NeuronModel M>
void NeuronBlock<M>::deliver(const Delivery& delivery, const Instant& instant) {
  Incoming& incoming = incoming_[delivery.shard()];
  const Shard& shard = *incoming.shard;
  const Shard::Group group = shard.group(delivery.row, delivery.group);
  if (incoming.plasticity && !plasticity_frozen_)
    incoming.plasticity->on_delivery(delivery.row, group, delivery.time - group.delay);
  const std::uint16_t* const targets = shard.target.data() + group.begin;
  if (incoming.weight32 != nullptr)
    deliver_group(instant, group.inhibitory, targets, StoredWeights<float>{incoming.weight32 + group.begin},
                  group.size(), shard.contiguous);
  else if (incoming.weight64 != nullptr)
    deliver_group(instant, group.inhibitory, targets, StoredWeights<double>{incoming.weight64 + group.begin},
                  group.size());
  else
    deliver_group(instant, group.inhibitory, targets, ConstantWeight{shard.constant_weight}, group.size());
  incoming.counters.deliveries += group.size();
}

template <NeuronModel M>
void NeuronBlock<M>::attend(std::uint32_t neuron, Time t, const WindowPart& part) {
  ++counters_.attended;
  const Time crossing = dynamics_.attend(neuron, t, part.window_end);
  if (crossing <= t)
    fire(neuron, t);
  else if (crossing != Time::never())
    self_events_.schedule(neuron, crossing);
}

template <NeuronModel M>
void NeuronBlock<M>::attend_alerts(Time t, const WindowPart& part) {
  for (const std::uint32_t neuron : alerts_) attend(neuron, t, part);
  alerts_.clear();
}

template <NeuronModel M>
void NeuronBlock<M>::fire(std::uint32_t neuron, Time t) {
  spikes_.push_back({t, neurons_.first + neuron});
  dynamics_.fire(neuron, t);
  if constexpr (Dynamics::is_refractory_model) releases_.push(neuron, t + refractory_time_);
  if (plasticity_frozen_) return;
  for (Incoming& incoming : incoming_)
    if (incoming.plasticity) incoming.plasticity->on_target_spike(neuron, t);
}

template <NeuronModel M>
Time NeuronBlock<M>::next_event() const {
  if (scan_is_due_ || dynamics_.scans_windows()) return Time{};
  Time earliest = std::min({queue_.earliest_window(), self_events_.next(), releases_.next(), next_step_time()});
  for (const DriveInput& drive : drives_) earliest = std::min(earliest, drive.next());
  for (const Sampler& sampler : samplers_) earliest = std::min(earliest, sampler.due());
  return earliest;
}

template <NeuronModel M>
void NeuronBlock<M>::restart(Time now, std::uint64_t trial) {
  restart_common();
  dynamics_.restart(now);
  set_initial_potentials();
  self_events_.clear();
  releases_.clear();
  for (DriveInput& drive : drives_) drive.restart(trial);
  next_step_ = 0;
  scan_is_due_ = true;
}

}  // namespace synop
