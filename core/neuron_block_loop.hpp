#pragma once

#include <algorithm>

#include "synop/core/neuron_block.hpp"

namespace synop {

// How a NeuronBlock goes through the instants of a window.

template <NeuronModel M>
void NeuronBlock<M>::run(const WindowPart& part) {
  open_window(part);
  for (Time now = part.begin; now < part.until;) {
    now = open_deliveries(part);
    run_until(now, part);
  }
  std::sort(spikes_.begin(), spikes_.end());
  counters_.spikes += spikes_.size();
}

// Makes deliveries due, of all of the part or of its beginning only; returns until when.
template <NeuronModel M>
Time NeuronBlock<M>::open_deliveries(const WindowPart& part) {
  const DeliveryQueue::Due due = queue_.open(
      part.until, [this](const Delivery& d, Time end, auto append) { follow_row(d, end, append); },
      [this](const Delivery& d) __attribute__((always_inline)) {  // else dropped, see Shard::prefetch_row
        incoming_[d.shard()].shard->prefetch_delays(d.group);
      });
  due_ = due.deliveries;
  due_times_.resize(due_.size());
  for (std::size_t i = 0; i < due_.size(); ++i) due_times_[i] = due_[i].time;
  due_instants_.reset();
  if constexpr (ComputesInstantsAhead<Dynamics>) find_singles();
  return due.until;
}

template <NeuronModel M>
void NeuronBlock<M>::open_window(const WindowPart& part) {
  if (!scan_is_due_ && !(part.opens_horizon && dynamics_.scans_windows())) return;
  if (scan_is_due_) {
    scan_is_due_ = false;
    while (next_change_ <= part.begin) take_step(part);
  }
  dynamics_.scan(part.begin, part.horizon, alerts_);
  attend_alerts(part.begin, part);
}

template <NeuronModel M>
void NeuronBlock<M>::run_until(Time until, const WindowPart& part) {
  std::size_t position = 0;
  for (;;) {
    const Time delivery = position < due_.size() ? due_times_[position] : Time::never();
    DriveInput* const drive = earliest_drive(drives_);
    const Time driven = drive != nullptr ? drive->next() : Time::never();
    const Time input = std::min(delivery, driven);
    if (input >= until) return run_internal(until, false, part);
    if (next_internal() <= input) run_internal(input, true, part);
    if (driven < delivery && drive->is_excitatory())
      run_drive(*drive, std::min(delivery, until), part);
    else if (delivery < driven && is_single(position))
      run_singles(position, std::min(driven, until), part);
    else
      receive_instant(input, position, part);
  }
}

// Everything the block does by itself before `before`, or, if input arrives at `before`, up to and including it.
template <NeuronModel M>
void NeuronBlock<M>::run_internal(Time before, bool input_at_before, const WindowPart& part) {
  const Time limit = input_at_before ? before + tick : before;
  for (;;) {
    const Time step = next_change_;
    const Time release = releases_.due(limit, before, refractory_time_);
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
  const Time t = next_change_;
  const Slice neurons = change_current();
  find_next_change();
  for (std::uint32_t i = neurons.first; i < neurons.end(); ++i) attend(i, t, part);
  if (!scanned || dynamics_.scans_windows()) return;
  // No scan follows: neurons whose own current is unchanged have so far been searched until the horizon only.
  dynamics_.scan(t, part.horizon, alerts_);
  attend_alerts(t, part);
}

// Changes one of the currents that change next, steps first, and returns whose it is.
template <NeuronModel M>
Slice NeuronBlock<M>::change_current() {
  const Time t = next_change_;
  if (next_step_time() == t) {
    const CurrentStep& step = steps_[next_step_++];
    dynamics_.add_current(step.neurons.first, step.neurons.count, step.amplitude, t);
    return step.neurons;
  }
  const auto current = std::find_if(currents_.begin(), currents_.end(), [&](const CurrentInput& c) { return c.stream->next() == t; });
  const Slice neurons = current->neurons;
  current->stream->advance(change_);
  change_dynamics(neurons, change_, t);
  return neurons;
}

// Adds a current to all `neurons`, or one to each, in pA.
template <NeuronModel M>
void NeuronBlock<M>::change_dynamics(Slice neurons, std::span<const double> change, Time t) {
  if (change.size() == 1) {
    dynamics_.add_current(neurons.first, neurons.count, change.front(), t);
  } else if constexpr (requires { dynamics_.add_currents(neurons.first, change, t); }) {
    dynamics_.add_currents(neurons.first, change, t);
  } else {
    for (std::uint32_t i = 0; i < neurons.count; ++i) dynamics_.add_current(neurons.first + i, 1, change[i], t);
  }
}

template <NeuronModel M>
void NeuronBlock<M>::attend(std::uint32_t neuron, Time t, const WindowPart& part) {
  ++counters_.attended;
  const Time crossing = dynamics_.attend(neuron, t, part.horizon);
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
  if constexpr (own_refractory_times)
    releases_.push(neuron, t, dynamics_.refractory_time(neuron));
  else if constexpr (Dynamics::is_refractory_model)
    releases_.push(neuron, t, refractory_time_);
  for (Incoming& incoming : incoming_)
    if (incoming.changes) incoming.plasticity->on_target_spike(neuron, t);
}

template <NeuronModel M>
Time NeuronBlock<M>::next_event() const {
  if (scan_is_due_ || dynamics_.scans_windows()) return Time{};
  Time earliest = std::min({queue_.earliest_window(), self_events_.next(), releases_.next(), next_change_});
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
  forget_instants();
  next_step_ = 0;
  for (CurrentInput& current : currents_) current.stream->restart(trial);
  find_next_change();
  scan_is_due_ = true;
}

}  // namespace synop
