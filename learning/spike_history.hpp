#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/learning/spike_chains.hpp"
#include "synop/learning/trace_clock.hpp"

namespace synop {

// A spike of a source with the trace it left: x exp(emitted / tau) = trace * 2^(11 epoch) right after it, and
// exp(-emitted / tau) = decay * 2^(-11 epoch).
struct SourceSpike {
  Time emitted;
  double trace = 0.0;
  double decay = 1.0;
  std::int64_t epoch = 0;
  std::uint32_t older = 0;  // the source's spike before this one
  std::uint32_t unused = 0;
};

// The recent spikes of every source of a shard with the traces they left.
class SourceHistory : public SpikeChains<SourceSpike> {
 public:
  using SpikeChains::SpikeChains;

  // Records a spike. Of the row's spikes emitted before `delivered_before` only the newest is kept.
  void add(std::uint32_t row, Time emitted, TraceClock::Factor factor, Time delivered_before);
};

// A spike of a target with all that its partners need: y exp(time / tau_minus) = trace * 2^(11 trace_epoch) right
// after it, and exp(-time / tau_plus) = decay * 2^(-11 decay_epoch).
struct TargetSpike {
  Time time;
  double trace = 0.0;
  std::int64_t trace_epoch = 0;
  double decay = 0.0;
  std::int64_t decay_epoch = 0;
};

// The newest spikes of a target, the newest first: one cache line, which is all that a delivery reads of a target
// unless more spikes lie between two of the source.
struct alignas(64) RecentSpikes {
  static constexpr std::size_t count = 6;
  static constexpr double none = std::numeric_limits<double>::infinity();

  double trace[2] = {0.0, 0.0};                                // after the newest spike and after the one before
  double decay[count] = {none, none, none, none, none, none};  // `none` also for those out of the range of double
};

// When a target fired last and the time before: what tells a single synapse at once that it has nothing, or one spike,
// to replay.
struct LastTimes {
  static constexpr Time none{std::numeric_limits<std::int64_t>::min()};

  Time last = none;
  Time before = none;
};

// The spikes of every target of a block since a horizon, and the last one before it. The newest of each target are
// kept once more by themselves, in common epochs.
class TargetHistory {
 public:
  // RecentSpikes::decay is at most this. A source's trace times a power of two that takes such a decay to 1 is a normal
  // number, even with the factor exp(300) of the longest delay.
  static constexpr double largest_decay = 0x1p550;

  explicit TargetHistory(std::uint32_t targets) : recent_(targets), last_times_(targets), spikes_(targets) {}

  void add(std::uint32_t target, Time time, TraceClock::Factor post, TraceClock::Factor pre);
  void forget_before(Time horizon);  // except the last spike of each target before it
  void clear();

  // The targets that have fired since the beginning or clear(), in order of their first spikes.
  const std::vector<std::uint32_t>& fired() const { return fired_; }
  const RecentSpikes* recent() const { return recent_.data(); }
  const LastTimes* last_times() const { return last_times_.data(); }
  std::int64_t trace_epoch() const { return trace_epoch_; }
  std::int64_t decay_epoch() const { return decay_epoch_; }
  const std::vector<TargetSpike>& spikes(std::uint32_t target) const { return spikes_[target]; }
  std::uint64_t size() const { return size_; }
  std::uint64_t targets() const { return recent_.size(); }
  // How many spikes a target that fires has had since an instant, on average: in quarters, at most `quarters_counted`.
  std::size_t quarters_since(Time from) const;
  std::uint64_t bytes() const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(recent_, last_times_, spikes_, fired_, trace_epoch_, decay_epoch_, size_, quarters_, in_quarter_);
  }

 private:
  void move_traces_to(std::int64_t epoch);
  void move_decays_to(std::int64_t epoch);

  static constexpr std::size_t quarters_counted = 12;

  std::vector<RecentSpikes> recent_;              // per target
  std::vector<LastTimes> last_times_;             // per target
  std::vector<std::vector<TargetSpike>> spikes_;  // per target, by time
  std::vector<std::uint32_t> fired_;
  std::int64_t trace_epoch_ = 0;
  std::int64_t decay_epoch_ = 0;
  std::uint64_t size_ = 0;
  // When spikes had been as many as a quarter of the targets that fire, the last time first.
  std::array<Time, quarters_counted> quarters_ = never_begun();
  std::uint64_t in_quarter_ = 0;

  static constexpr std::array<Time, quarters_counted> never_begun() {
    std::array<Time, quarters_counted> times{};
    times.fill(Time{std::numeric_limits<std::int64_t>::min()});
    return times;
  }
};

}  // namespace synop
