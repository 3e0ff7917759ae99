#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/trace_decay.hpp"

namespace synop {

// Traces of one side with their decays. A trace is a number at its last spike; what it is later is that number times
// exp(-span / tau), so that it depends on the two instants alone.
template <std::size_t n>
class TraceSet {
 public:
  using Values = std::array<double, n>;

  explicit TraceSet(const std::array<Trace, n>& traces) : traces_(traces) {
    for (std::size_t k = 0; k < n; ++k) decays_[k] = TraceDecay(traces[k].tau);
  }

  // A span after which nothing is left of any.
  Delay ends_after() const {
    Delay longest{};
    for (const TraceDecay& decay : decays_) longest = std::max(longest, decay.ends_after());
    return longest;
  }
  Values after(const Values& before) const {
    Values values{};
    for (std::size_t k = 0; k < n; ++k) values[k] = traces_[k].after(before[k]);
    return values;
  }
  Values decayed(const Values& at, Delay span) const {
    Values values{};
    for (std::size_t k = 0; k < n; ++k) values[k] = at[k] * decays_[k](span);
    return values;
  }

 private:
  std::array<Trace, n> traces_;
  std::array<TraceDecay, n> decays_;
};

// The spikes of every target of a block since a horizon and the last one before it, with the traces they found.
template <std::size_t n>
class TargetTraces {
 public:
  struct Spike {
    Time time;
    std::array<double, n> before;
  };

  // The newest spikes of a target, by time, at long_ago where there is none: one or two cache lines, all that a synapse
  // reads of a target unless more spikes lie between two of its source.
  struct alignas(n == 1 ? 64 : 32) Newest {
    static constexpr std::size_t count = 4;

    std::array<Spike, count> spikes = none();

    static constexpr std::array<Spike, count> none() {
      std::array<Spike, count> spikes{};
      spikes.fill({long_ago, {}});
      return spikes;
    }
  };

  explicit TargetTraces(std::uint32_t targets) : spikes_(targets), last_(targets, long_ago), newest_(targets) {}

  void add(std::uint32_t target, Time time, const TraceSet<n>& traces) {
    std::vector<Spike>& spikes = spikes_[target];
    Spike spike{time, {}};
    if (!spikes.empty()) spike.before = traces.decayed(traces.after(spikes.back().before), time - spikes.back().time);
    spikes.push_back(spike);
    last_[target] = time;
    auto& newest = newest_[target].spikes;
    std::copy(std::next(newest.begin()), newest.end(), newest.begin());
    newest.back() = spike;
    ++size_;
  }
  void forget_before(Time horizon) {  // except the last spike of each target before it
    size_ = 0;
    for (std::vector<Spike>& spikes : spikes_) {
      const auto kept =
          std::partition_point(spikes.begin(), spikes.end(), [&](const Spike& spike) { return spike.time < horizon; });
      if (kept - spikes.begin() > 1) spikes.erase(spikes.begin(), std::prev(kept));
      size_ += spikes.size();
    }
  }
  void clear() {
    for (std::vector<Spike>& spikes : spikes_) spikes.clear();
    std::fill(last_.begin(), last_.end(), long_ago);
    std::fill(newest_.begin(), newest_.end(), Newest{});
    size_ = 0;
  }

  const std::vector<Spike>& spikes(std::uint32_t target) const { return spikes_[target]; }
  Time last(std::uint32_t target) const { return last_[target]; }  // spike; long_ago if it has not fired
  const std::array<Spike, Newest::count>& newest(std::uint32_t target) const { return newest_[target].spikes; }
  std::uint64_t size() const { return size_; }
  std::uint64_t targets() const { return spikes_.size(); }
  std::uint64_t bytes() const {
    std::uint64_t bytes = spikes_.capacity() * sizeof(spikes_.front()) + last_.capacity() * sizeof(Time) +
                          newest_.capacity() * sizeof(Newest);
    for (const std::vector<Spike>& spikes : spikes_) bytes += spikes.capacity() * sizeof(Spike);
    return bytes;
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(spikes_, last_, size_);
    if constexpr (Archive::reading) note_newest();
  }

 private:
  void note_newest() {
    newest_.assign(spikes_.size(), {});
    for (std::size_t i = 0; i < spikes_.size(); ++i) {
      const std::size_t known = std::min(Newest::count, spikes_[i].size());
      std::copy_backward(spikes_[i].end() - static_cast<std::ptrdiff_t>(known), spikes_[i].end(),
                         newest_[i].spikes.end());
    }
  }

  std::vector<std::vector<Spike>> spikes_;  // per target, by time
  std::vector<Time> last_;                  // of them, side by side: most are asked for it alone
  std::vector<Newest> newest_;
  std::uint64_t size_ = 0;
};

}  // namespace synop
