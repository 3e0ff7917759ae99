#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/learning/trace_decay.hpp"

namespace synop {

struct Reward {
  Time time;
  double trace;  // right after it
};

// Rewards and the exponential trace they leave: dn/dt = -n / tau, n += amount at a reward. All are kept, 16 bytes each.
class RewardHistory {
 public:
  RewardHistory() = default;
  explicit RewardHistory(double tau_ms) : decay_(tau_ms) {}

  void add(Time time, double amount) { rewards_.push_back({time, at(time) + amount}); }
  void clear() { rewards_.clear(); }

  // The trace after all rewards up to and including those of `time`.
  double at(Time time) const {
    const auto next = after(time);
    return next == rewards_.begin() ? 0.0 : std::prev(next)->trace * decay_(time - std::prev(next)->time);
  }
  const TraceDecay& decay() const { return decay_; }
  // The last one up to and including `time`; if there is none, one of nothing.
  Reward last(Time time) const {
    const auto next = after(time);
    return next == rewards_.begin() ? Reward{time, 0.0} : *std::prev(next);
  }
  // The first instant later than `time` with a reward.
  Time next(Time time) const {
    const auto next = after(time);
    return next == rewards_.end() ? Time::never() : next->time;
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(rewards_);
  }

 private:
  std::vector<Reward>::const_iterator after(Time time) const {
    return std::partition_point(rewards_.begin(), rewards_.end(),
                                [&](const Reward& reward) { return reward.time <= time; });
  }

  TraceDecay decay_;
  std::vector<Reward> rewards_;
};

}  // namespace synop
