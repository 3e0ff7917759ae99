#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <vector>

#include "synop/core/observer.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/run/run_result.hpp"

namespace synop {

// The [[reward]] sections of an experiment at work. A reward is given between two runs, by Simulation::reward, at its
// exact instant: the run stops there. One that a spike brings about comes at least a shortest delay d after it. When all
// spikes before `now` have been seen, every reward before now + d is known, so a run that goes on to now + d at most
// misses none, wherever windows end.
//
// Rewards of one instant are given in the order of the sections, those of one section in the order of their spikes, and
// the n-th of a section takes the n-th random number of it: nothing depends on threads or on where the run stops.
class Rewards final : public Observer {
 public:
  // Experiment and simulation must outlive it; the run is [0, end).
  Rewards(const Experiment& experiment, Simulation& simulation, Time end);
  ~Rewards() override;

  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;

  // The run must stop at this instant and call advance().
  Time next_stop() const;
  // Everything before `now` has happened: gives the rewards of this instant.
  void advance(Time now);

  std::vector<RewardResult> results() const;

 private:
  struct Due {
    Time time;
    std::uint32_t section = 0;
    std::uint64_t number = 0;  // within the section
    friend auto operator<=>(const Due&, const Due&) = default;
  };
  struct Source {
    const RewardSection* section;
    RandomStream random;
    std::vector<Time> pre, post;  // spikes seen since the last advance(); those of a volume transmitter are `post`
    Time latest_pre = Time::never();
    std::uint64_t triggered = 0;
    std::uint64_t given = 0;
    double total = 0.0;
  };

  void follow(std::uint32_t number, Source& source);
  void trigger(std::uint32_t number, Source& source, Time spike);
  void give(const Due& due);

  Simulation& simulation_;
  Time end_;
  std::vector<Source> sources_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Delay shortest_{Time::never() - Time{}};  // of the delays between a spike and its reward
};

}  // namespace synop
