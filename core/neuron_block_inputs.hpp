#pragma once

#include <algorithm>

#include "synop/core/neuron_block.hpp"

namespace synop {

// How a NeuronBlock takes its inputs: instant by instant, or in runs of one kind with nothing between them.

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

// Whether a run of single deliveries begins at `position`; it ends at singles_end_.
template <NeuronModel M>
bool NeuronBlock<M>::is_single(std::size_t position) {
  if (!has_singles_) return false;
  if (position < singles_end_) return true;
  singles_end_ = position;
  while (singles_end_ < due_.size() && due_targets_[singles_end_] != no_target) ++singles_end_;
  return position < singles_end_;
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

}  // namespace synop
