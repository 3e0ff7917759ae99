#include "synop/learning/spike_history.hpp"

#include <algorithm>
#include <iterator>

namespace synop {

void SourceHistory::add(std::uint32_t row, Time emitted, TraceClock::Factor factor, Time delivered_before) {
  SourceSpike spike{.emitted = emitted, .trace = factor.value, .decay = 1.0 / factor.value, .epoch = factor.epoch};
  if (const SourceSpike* const last = at(newest(row)))
    spike.trace = last->trace * TraceClock::between(last->epoch, factor.epoch) + factor.value;
  push(row, spike, delivered_before);
}

void TargetHistory::add(std::uint32_t target, Time time, TraceClock::Factor post, TraceClock::Factor pre) {
  if (post.epoch != trace_epoch_) move_traces_to(post.epoch);
  if (pre.epoch != decay_epoch_) move_decays_to(pre.epoch);
  if (spikes_[target].empty()) fired_.push_back(target);
  RecentSpikes& recent = recent_[target];
  std::copy_backward(std::begin(recent.decay), std::prev(std::end(recent.decay)), std::end(recent.decay));
  recent.decay[0] = 1.0 / pre.value;
  recent.trace[1] = recent.trace[0];
  recent.trace[0] += post.value;
  last_times_[target] = {time, last_times_[target].last};
  spikes_[target].push_back({time, recent.trace[0], post.epoch, recent.decay[0], pre.epoch});
  ++size_;
  if (4 * ++in_quarter_ < fired_.size()) return;
  in_quarter_ = 0;
  std::copy_backward(quarters_.begin(), std::prev(quarters_.end()), quarters_.end());
  quarters_[0] = time;
}

std::size_t TargetHistory::quarters_since(Time from) const {
  return static_cast<std::size_t>(
      std::partition_point(quarters_.begin(), quarters_.end(), [&](Time begun) { return begun >= from; }) -
      quarters_.begin());
}

void TargetHistory::move_traces_to(std::int64_t epoch) {
  const double scale = TraceClock::between(trace_epoch_, epoch);
  constexpr double smallest = 0x1p-900;  // below it a trace changes no weight; subnormal numbers are slow
  for (RecentSpikes& recent : recent_)
    for (double& trace : recent.trace) {
      trace *= scale;
      if (trace < smallest) trace = 0.0;
    }
  trace_epoch_ = epoch;
}

void TargetHistory::move_decays_to(std::int64_t epoch) {
  const double scale = TraceClock::between(epoch, decay_epoch_);
  for (RecentSpikes& recent : recent_)
    for (double& decay : recent.decay) {
      decay *= scale;
      if (decay > largest_decay) decay = RecentSpikes::none;
    }
  decay_epoch_ = epoch;
}

void TargetHistory::forget_before(Time horizon) {
  size_ = 0;
  for (std::vector<TargetSpike>& spikes : spikes_) {
    const auto kept = std::partition_point(spikes.begin(), spikes.end(),
                                           [&](const TargetSpike& spike) { return spike.time < horizon; });
    if (kept - spikes.begin() > 1) spikes.erase(spikes.begin(), std::prev(kept));
    size_ += spikes.size();
  }
}

void TargetHistory::clear() {
  for (const std::uint32_t target : fired_) {
    recent_[target] = {};
    last_times_[target] = {};
    spikes_[target].clear();
  }
  fired_.clear();
  trace_epoch_ = decay_epoch_ = 0;
  size_ = 0;
  quarters_ = never_begun();
  in_quarter_ = 0;
}

std::uint64_t TargetHistory::bytes() const {
  std::uint64_t bytes = recent_.capacity() * sizeof(RecentSpikes) + last_times_.capacity() * sizeof(LastTimes) +
                        spikes_.capacity() * sizeof(spikes_.front());
  for (const std::vector<TargetSpike>& spikes : spikes_) bytes += spikes.capacity() * sizeof(TargetSpike);
  return bytes;
}

}  // namespace synop
