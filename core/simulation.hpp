#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synop/core/block.hpp"
#include "synop/core/counters.hpp"
#include "synop/core/network.hpp"
#include "synop/core/observer.hpp"
#include "synop/core/schedule.hpp"
#include "synop/core/weight_norm.hpp"

namespace synop {

struct SimulationOptions {
  int threads = 1;  // 0: all cores; at most 1024. Results do not depend on it.
};

// The state of a network now, and the way to advance it. The network must outlive the simulation.
class Simulation {
 public:
  explicit Simulation(const Network& network, const SimulationOptions& options = {});
  ~Simulation();

  // The observer must outlive the simulation or be detached.
  void attach(Observer& observer);
  void detach(Observer& observer);
  // Samples V_m of `neurons` of a population at start, start + interval, ... before stop, exactly at those instants.
  // Returns the number under which observers get the rows. To be called before the first run.
  std::uint32_t add_multimeter(PopulationId population, std::span<const std::uint32_t> neurons, Delay interval,
                               Time start = {}, Time stop = Time::never());

  // Advances to `end`: everything before `end` has happened, nothing at or after it. A run may be split anywhere
  // without changing a result. Throws Error(model) if a spike before `end` could arrive beyond the range of time.
  void run_until(Time end);
  void run(Delay span) { run_until(span <= Time::never() - now_ ? now_ + span : Time::never()); }
  Time now() const { return now_; }
  const Network& network() const { return network_; }
  const Schedule& schedule() const { return schedule_; }

  // Back to time 0 and the initial state. Weights of plastic synapses and adapted thresholds are kept; counters too.
  // Poisson sources and drives begin with the random numbers of `trial`, which is below 2^36: those of trial 0 are the
  // ones of the first run, those of different trials are independent.
  void restart(std::uint64_t trial = 0);
  // While frozen, plastic synapses transmit the weights they had at the freezing. Pairs are not formed across a change.
  void freeze_plasticity(bool frozen);
  void freeze_adaptation(bool frozen);
  // Spikes leave their neurons at the first multiple of `grid` at or after the instant at which they are fired, as on a
  // clocked chip; the neurons themselves stay exact. 0: at that instant. One fired shortly before the end of a run may leave
  // after it. Error(usage) for a negative grid.
  void round_spikes(Delay grid);

  bool has_variable(PopulationId population, std::string_view variable) const;
  // A state variable ("V_m", "theta") of every neuron of a population, in mV.
  std::vector<double> values(PopulationId population, std::string_view variable) const;
  void set_values(PopulationId population, std::string_view variable, std::span<const double> values);

  // The synapses of a projection in a fixed order: by block of targets, source, delay, sign, target.
  struct SynapseView {
    std::vector<std::uint32_t> sources;  // within the source population
    std::vector<std::uint32_t> targets;  // within the target population
    std::vector<double> weights;         // as they stand at the synapses now
  };
  SynapseView synapses(ProjectionId projection) const;
  // Scales the weights of a plastic projection so that the sum, or the Euclidean length, of those of every target is
  // `size`, as far as their bound lets them. Pairs in progress are forgotten, as by restart().
  void normalize_weights(ProjectionId projection, double size, WeightNorm norm = WeightNorm::sum);
  // The value of one variable for all neurons of a population at once ("rate" of a poisson_population).
  void set_value(PopulationId population, std::string_view variable, double value);
  // A reward of `amount` reaches all synapses of the projection now, before the spikes of this instant; of no effect while
  // learning is frozen. Error(usage) unless its rule takes rewards (stdp_dopamine_synapse) and the amount is finite.
  void reward(ProjectionId projection, double amount);
  // Replaces the weights of a plastic projection, in the order of synapses(); only at time 0 or after restart().
  void set_weights(ProjectionId projection, std::span<const double> weights);

  // The spikes that a spike_train_injector sends from now on, in place of those it has not sent yet; a restart forgets them.
  // Throws Error(usage) unless they are sorted by time, then neuron, none before now() and all of its neurons.
  void set_spikes(PopulationId population, std::span<const Spike> spikes);
  // Adds a constant current to that of each neuron of a population, in pA, from now on; a restart takes it back.
  // Error(usage) unless there is one finite number for each neuron and the neurons have a membrane.
  void add_currents(PopulationId population, std::span<const double> amplitudes);

  // Counts since the start or the last reset_counters().
  ProjectionCounters counters(ProjectionId projection) const;
  PopulationCounters counters(PopulationId population) const;
  void reset_counters();
  // Synaptic deliveries of a projection that have been sent and have not arrived. For any span of time,
  // deliveries + in flight at its end = sum over spikes of out-degree + in flight at its start.
  std::uint64_t in_flight(ProjectionId projection) const;
  // Sum over the spikes of the source population counted so far of their number of synapses in the projection.
  std::uint64_t sent(ProjectionId projection) const { return sent_[projection.index]; }

  // The whole state, in-flight deliveries included, as bytes; and back, into a simulation of the same network with
  // the same multimeters. The number of threads may differ.
  std::vector<std::byte> save_state();
  void load_state(std::span<const std::byte> bytes);

 private:
  struct SpikeLog {  // spikes of one population that some block may still have to read
    std::vector<Spike> spikes;
    std::uint64_t first = 0;  // number of spikes.front() among all spikes of the population
    std::uint64_t known = 0;  // those before it were known when the part of a window began
    std::uint64_t end() const { return first + spikes.size(); }
  };
  struct Multimeter {
    struct Part {
      std::uint32_t block = 0;
      std::uint32_t sampler = 0;           // within the block
      std::vector<std::uint32_t> columns;  // of the row, one per neuron of the part
    };
    std::size_t neurons = 0;
    Time start;
    std::vector<Part> parts;
  };

  struct LevelWork {
    double seconds = 0.0;      // that one thread takes for the level in a window, smoothed
    std::uint32_t windows = 0;
  };

  void make_blocks();
  void refuse_beyond_range(Time end) const;
  void run_part(const WindowPart& part);
  void run_block(Block& block, const WindowPart& part);
  void run_level(std::size_t level, const WindowPart& part);
  void run_blocks_in_parallel(const std::vector<BlockId>& blocks, const WindowPart& part);
  void collect(PopulationId population);
  void round_merged();
  void collect_samples();
  struct PlasticWeights {
    std::vector<float> weights;
    PlasticityUpdates made;  // for them
  };
  PlasticWeights plastic_weights(Block& block, Incoming& incoming) const;
  template <class Match>
  void forget_pairs(Block& block, Match match, Time from);
  void restart_samplers(const Multimeter& multimeter);
  void forget_read_spikes();
  Time next_event() const;
  template <class Archive>
  void serialize(Archive& archive);

  const Network& network_;
  Schedule schedule_;
  int threads_;
  Time now_{};
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<std::vector<std::uint32_t>> blocks_of_;  // per population
  std::vector<SpikeLog> logs_;                         // per population
  std::vector<std::vector<std::uint32_t>> out_degree_; // per projection: of each source in the slice
  std::vector<std::uint64_t> sent_;                    // per projection
  std::vector<Observer*> observers_;
  std::vector<Multimeter> multimeters_;
  std::vector<Spike> merged_;
  Delay spike_grid_{};  // 0: none
  std::vector<LevelWork> level_work_;
};

}  // namespace synop
