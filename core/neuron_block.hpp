#pragma once

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include "synop/core/archive.hpp"
#include "synop/core/block.hpp"
#include "synop/core/instants_ahead.hpp"
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
        steps_(std::move(request.steps)),
        currents_(std::move(request.currents)),
        drive_instants_(drives_.size()) {
    self_events_.resize(neurons_.count);
    set_initial_potentials();
    find_next_change();
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
  void add_currents(std::span<const double> amplitudes, Time now) override {
    change_dynamics(Slice{0, neurons_.count}, amplitudes, now);
    scan_is_due_ = true;
  }
  void restart(Time now, std::uint64_t trial) override;
  void save(StateWriter& writer) override {
    save_common(writer);
    serialize_own(writer);
    for (DriveInput& drive : drives_) drive.save(writer);
    for (CurrentInput& current : currents_) current.stream->save(writer);
  }
  void load(StateReader& reader) override {
    load_common(reader);
    serialize_own(reader);
    for (DriveInput& drive : drives_) drive.load(reader);
    for (CurrentInput& current : currents_) current.stream->load(reader);
    find_next_change();
    forget_instants();
  }
  std::uint64_t bytes() const override { return neurons_.count * Dynamics::bytes_per_neuron + sizeof *this; }

 private:
  using Dynamics = typename M::Dynamics;
  using Instant = typename Dynamics::Instant;
  static constexpr bool own_refractory_times = requires(const Dynamics& d) { d.refractory_time(0u); };

  template <class Archive>
  void serialize_own(Archive& archive) {
    archive(dynamics_, self_events_, releases_, scan_is_due_, next_step_);
  }

  void set_initial_potentials() {
    for (std::uint32_t i = 0; i < potentials_.size(); ++i) dynamics_.set_value("V_m", i, potentials_[i], Time{});
  }
  void forget_instants() {
    due_instants_.reset();
    for (auto& ahead : drive_instants_) ahead.reset();
  }
  Time next_sample_time() const {
    Time next = Time::never();
    for (const Sampler& sampler : samplers_) next = std::min(next, sampler.due());
    return next;
  }
  // When the block next does something by itself.
  Time next_internal() const {
    return std::min({self_events_.next(), releases_.next(), next_change_, next_sample_time()});
  }
  Time next_step_time() const { return next_step_ < steps_.size() ? steps_[next_step_].time : Time::never(); }
  void find_next_change() {
    next_change_ = next_step_time();
    for (const CurrentInput& current : currents_) next_change_ = std::min(next_change_, current.stream->next());
  }
  void open_window(const WindowPart& part);
  Time open_deliveries(const WindowPart& part);
  void run_until(Time until, const WindowPart& part);
  void run_internal(Time before, bool input_at_before, const WindowPart& part);
  void sample_before(Time t);
  void take_step(const WindowPart& part);
  Slice change_current();
  void change_dynamics(Slice neurons, std::span<const double> change, Time t);
  void receive_instant(Time t, std::size_t& position, const WindowPart& part);
  void find_singles();
  bool is_single(std::size_t position);
  void run_singles(std::size_t& position, Time before, const WindowPart& part);
  void run_drive(DriveInput& drive, Time before, const WindowPart& part);
  std::size_t excite_each(const DriveInput& drive, Time before, InstantsAhead<Dynamics>& ahead, const WindowPart& part);
  void take(DriveInput& drive, std::size_t events);
  void deliver_due(std::size_t position, const WindowPart& part);
  void deliver(const Delivery& delivery, const Instant& instant);
  [[gnu::noinline]] void deliver_generated(Incoming& incoming, const Delivery& delivery, const Instant& instant);
  template <class Target>
  void deliver_targets(const Incoming& incoming, const Shard::Group& group, const Target* targets, const Instant& instant);
  template <class Target, class Weights>
  void deliver_group(const Instant& instant, bool inhibitory, const Target* targets, Weights weights,
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
  std::vector<CurrentInput> currents_;
  std::vector<double> change_;      // of the current that is changing, pA
  Time next_change_ = Time::never();  // of any current
  SelfEvents self_events_;
  std::conditional_t<own_refractory_times, OwnReleases, Releases> releases_;
  Alerts alerts_;
  std::span<const Delivery> due_;   // deliveries that have been made due
  std::vector<Time> due_times_;
  InstantsAhead<Dynamics> due_instants_;
  static constexpr std::uint32_t no_target = 0xffff'ffff;
  bool has_singles_ = false;                // some of due_ may be single synapses: ...
  std::vector<std::uint32_t> due_targets_;  // ... their targets, else no_target, ...
  std::vector<double> due_weights_;         // ... and weights
  std::size_t singles_end_ = 0;
  std::vector<InstantsAhead<Dynamics>> drive_instants_;  // per drive
  ConnectionRule::RowBuffer generated_;  // the row of a procedural shard that is being delivered
  bool scan_is_due_ = true;  // at the start, and when the state has been changed from outside
};

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

// Looks up target and weight of deliveries that are single synapses, as continuous delays make them, and counts them.
template <NeuronModel M>
void NeuronBlock<M>::find_singles() {
  singles_end_ = 0;
  has_singles_ = std::any_of(incoming_.begin(), incoming_.end(), [](const Incoming& in) { return in.is_single(); });
  if (!has_singles_) return;
  due_targets_.resize(due_.size());
  due_weights_.resize(due_.size());
  for (std::size_t i = 0; i < due_.size(); ++i) {
    const Delivery& d = due_[i];
    Incoming& incoming = incoming_[d.shard()];
    if (!incoming.is_single() || (!Dynamics::signs_alike && !d.excitatory())) {
      due_targets_[i] = no_target;
      continue;
    }
    due_targets_[i] = incoming.shard->target_of(d.group);
    due_weights_[i] = incoming.shard->weight(d.group);
    ++incoming.counters.deliveries;
  }
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

// Deliveries of single synapses until anything else happens.
template <NeuronModel M>
void NeuronBlock<M>::run_singles(std::size_t& position, Time before, const WindowPart& part) {
  if constexpr (ComputesInstantsAhead<Dynamics>) {
    before = std::min(before, next_internal());
    if (due_times_[position] >= before) return receive_instant(due_times_[position], position, part);
    while (position < singles_end_ && due_times_[position] < before) {
      due_instants_.cover(dynamics_, due_times_.data(), position, due_times_.size(), part.horizon);
      const std::size_t n = dynamics_.excite_each(
          due_instants_.instants(), position - due_instants_.begin(), part.horizon,
          SingleInputs<StoredWeights<double>>{due_times_.data() + position, due_targets_.data() + position,
                                              std::min(singles_end_, due_instants_.end()) - position, before,
                                              {due_weights_.data() + position}},
          alerts_);
      position += n;
      if (alerts_.empty()) [[likely]] continue;
      const Time t = due_times_[position - 1];
      while (position < due_.size() && due_times_[position] == t) deliver_due(position++, part);  // as in run_drive
      attend_alerts(t, part);
      before = std::min({before, releases_.next(), self_events_.next()});
    }
  }
}

// Whether a run of single deliveries begins at `position`; it ends at singles_end_.
template <NeuronModel M>
bool NeuronBlock<M>::is_single(std::size_t position) {
  if (!has_singles_) return false;
  if (position < singles_end_) return true;
  singles_end_ = position;
  while (singles_end_ < due_.size() && due_targets_[singles_end_] != no_target) ++singles_end_;
  return position < singles_end_;
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

// All inputs of one instant: deliveries, inhibitory first, and events of drives after the deliveries of their sign.
template <NeuronModel M>
void NeuronBlock<M>::receive_instant(Time t, std::size_t& position, const WindowPart& part) {
  const auto drives_at = [&](bool excitatory) {
    for (DriveInput& drive : drives_)
      while (drive.is_excitatory() == excitatory && drive.next() == t) {
        const std::uint32_t target = drive.next_target();
        deliver_group(dynamics_.instant(t, part.horizon), !excitatory, &target, ConstantWeight{drive.weight()}, 1);
        take(drive, 1);
      }
  };
  while (position < due_.size() && due_times_[position] == t && !due_[position].excitatory()) deliver_due(position++, part);
  drives_at(false);
  while (position < due_.size() && due_times_[position] == t) deliver_due(position++, part);
  drives_at(true);
  attend_alerts(t, part);
}

// Events of one excitatory drive until anything else happens.
template <NeuronModel M>
void NeuronBlock<M>::run_drive(DriveInput& drive, Time before, const WindowPart& part) {
  before = std::min(before, next_internal());
  for (const DriveInput& other : drives_)
    if (&other != &drive) before = std::min(before, other.next());
  if (drive.next() >= before) {  // another input is due at the very instant of the drive's event
    std::size_t none = due_.size();
    return receive_instant(drive.next(), none, part);
  }
  InstantsAhead<Dynamics>& ahead = drive_instants_[static_cast<std::size_t>(&drive - drives_.data())];
  while (drive.next() < before) {
    const std::size_t n = excite_each(drive, before, ahead, part);
    const Time t = drive.times()[drive.position() + n - 1];
    take(drive, n);
    if (alerts_.empty()) [[likely]] continue;
    while (drive.next() == t) {  // all of this instant, so that a neuron that fires discards the rest
      const std::uint32_t target = drive.next_target();
      dynamics_.excite(dynamics_.instant(t, part.horizon), &target, ConstantWeight{drive.weight()}, 1, alerts_);
      take(drive, 1);
    }
    attend_alerts(t, part);
    before = std::min({before, releases_.next(), self_events_.next()});
  }
}

// Delivers events of the drive's batch that are before `before`, until one alerts; returns how many. Each is a load, an
// addition, a comparison and a store; guarded by benchmarks/network_benchmark.cpp (Brunel: 250 million of them a second).
template <NeuronModel M>
std::size_t NeuronBlock<M>::excite_each(const DriveInput& drive, Time before, InstantsAhead<Dynamics>& ahead,
                                        const WindowPart& part) {
  const std::size_t first = drive.position();
  if constexpr (ComputesInstantsAhead<Dynamics>) {
    ahead.cover(dynamics_, drive.times(), first, drive.size(), part.horizon);
    return dynamics_.excite_each(ahead.instants(), first - ahead.begin(), part.horizon,
                                 SingleInputs<ConstantWeight>{drive.times() + first, drive.targets() + first,
                                                              ahead.end() - first, before, {drive.weight()}},
                                 alerts_);
  } else {
    std::size_t k = first;
    while (k < drive.size() && drive.times()[k] < before && alerts_.empty()) {
      dynamics_.excite(dynamics_.instant(drive.times()[k], part.horizon), drive.targets() + k,
                       ConstantWeight{drive.weight()}, 1, alerts_);
      ++k;
    }
    return k - first;
  }
}

template <NeuronModel M>
void NeuronBlock<M>::take(DriveInput& drive, std::size_t events) {
  counters_.drive_deliveries += events;
  if (drive.take(events)) drive_instants_[static_cast<std::size_t>(&drive - drives_.data())].reset();
}

template <NeuronModel M>
void NeuronBlock<M>::deliver_due(std::size_t position, const WindowPart& part) {
  // What is delivered soon is asked for now: where a group's synapses are, then the synapses.
  constexpr std::size_t far = 6, near = 3;
  if (position + far < due_.size()) {
    const Delivery& soon = due_[position + far];
    incoming_[soon.shard()].shard->prefetch_group(soon.group);
    const Delivery& next = due_[position + near];
    incoming_[next.shard()].shard->prefetch_synapses(next.group);
  }
  const Instant instant = due_instants_.at(dynamics_, due_times_.data(), position, due_times_.size(), part.horizon);
  if (has_singles_ && due_targets_[position] != no_target)
    deliver_group(instant, !due_[position].excitatory(), &due_targets_[position], ConstantWeight{due_weights_[position]}, 1);
  else
    deliver(due_[position], instant);
}

template <NeuronModel M>
void NeuronBlock<M>::deliver(const Delivery& delivery, const Instant& instant) {
  Incoming& incoming = incoming_[delivery.shard()];
  const Shard& shard = *incoming.shard;
  if (shard.is_procedural()) [[unlikely]] return deliver_generated(incoming, delivery, instant);
  Shard::Group group = shard.synapses_of(delivery.group);
  group.inhibitory = !delivery.excitatory();
  if (incoming.changes) {
    group.delay = shard.group_at(delivery.group).delay;
    incoming.plasticity->on_delivery(delivery.row, group, delivery.time - group.delay);
  }
  if (shard.target32.empty())
    deliver_targets(incoming, group, shard.target.data() + group.begin, instant);
  else
    deliver_targets(incoming, group, shard.target32.data() + group.begin, instant);
  incoming.counters.deliveries += group.size();
}

// The row is made and read within the private cache. Out of line, so that the delivery of stored synapses pays for no
// more than the branch; guarded by benchmarks/delivery_benchmark.cpp.
template <NeuronModel M>
void NeuronBlock<M>::deliver_generated(Incoming& incoming, const Delivery& delivery, const Instant& instant) {
  const Shard& shard = *incoming.shard;
  if (shard.weighted) {
    const auto row = shard.procedural.generate(delivery.row, !delivery.excitatory(), generated_);
    deliver_group(instant, !delivery.excitatory(), row.targets.data(), StoredWeights<double>{row.weights}, row.targets.size());
    incoming.counters.deliveries += row.targets.size();
    return;
  }
  std::vector<std::uint32_t>& targets = generated_.targets;
  shard.procedural.generate(delivery.row, targets);
  if (targets.empty()) return;
  deliver_group(instant, !delivery.excitatory(), targets.data(), ConstantWeight{shard.constant_weight}, targets.size());
  incoming.counters.deliveries += targets.size();
}

template <NeuronModel M>
template <class Target>
void NeuronBlock<M>::deliver_targets(const Incoming& incoming, const Shard::Group& group, const Target* targets,
                                     const Instant& instant) {
  const Shard& shard = *incoming.shard;
  if (incoming.weight32 != nullptr)
    deliver_group(instant, group.inhibitory, targets, StoredWeights<float>{incoming.weight32 + group.begin},
                  group.size(), shard.contiguous);
  else if (incoming.weight64 != nullptr)
    deliver_group(instant, group.inhibitory, targets, StoredWeights<double>{incoming.weight64 + group.begin},
                  group.size());
  else
    deliver_group(instant, group.inhibitory, targets, ConstantWeight{shard.constant_weight}, group.size());
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
