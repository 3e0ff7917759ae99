#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/distance_function.hpp"
#include "synop/core/distribution.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/positions.hpp"
#include "synop/core/time.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/io/experiment/data_files.hpp"
#include "synop/io/experiment/source_position.hpp"
#include "synop/synapses/connect/convolution_shape.hpp"
#include "synop/synapses/connect/neighbourhood.hpp"

namespace synop {

// Where the neurons of a population are; made into Positions when the network is composed.
struct PositionsSection {
  enum class Kind { grid, random, list, file };
  Kind kind = Kind::grid;
  int dimensions = 0;                // 0: the file says
  std::vector<std::uint32_t> shape;  // grid
  std::vector<Point> points;         // list
  std::filesystem::path file;        // read_position_file
  Point extent{1.0, 1.0, 1.0};
  Point center{};
  bool edge_wrap = false;
};

// [[population]]
struct PopulationSection {
  std::string name;
  std::string model;
  bool is_source = false;  // the catalogue lists the model as a spike source, not as a neuron
  std::uint32_t size = 0;
  std::vector<NamedValue> parameters;             // those given, in the units of the model's table
  std::vector<VariedParameter> varied;            // those given that differ between the neurons
  std::optional<Distribution> initial_potential;  // mV; unset: the model's E_L
  std::vector<std::vector<Time>> spike_times;     // spike_generator: one sorted list per neuron, unless ...
  std::filesystem::path spike_file;               // ... they are in this file (read_spike_time_file), ...
  std::string spike_population;                   // ... under this name; empty: the file has one population
  std::optional<PositionsSection> positions;
  bool is_readout = false;  // of [nir]: no potential of it may come to the threshold (io/nir/readout_guard.hpp)
  SourceTable where;
};

// Neurons [first, last) of a population; never empty.
struct PopulationSlice {
  std::uint32_t population = 0;  // index in Experiment::populations
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  std::uint32_t size() const { return last - first; }
  friend bool operator==(const PopulationSlice&, const PopulationSlice&) = default;
};

struct ConnectionRuleSection {
  enum class Kind {
    one_to_one,
    all_to_all,
    fixed_indegree,
    fixed_outdegree,
    fixed_total_number,
    pairwise_bernoulli,
    symmetric_pairwise_bernoulli,
    pairwise_poisson,
    explicit_list,
    convolution
  };
  Kind kind = Kind::all_to_all;
  std::uint32_t indegree = 0;           // fixed_indegree
  std::uint32_t outdegree = 0;          // fixed_outdegree
  std::uint64_t N = 0;                  // fixed_total_number
  double p = 0.0;                       // pairwise_bernoulli, symmetric_pairwise_bernoulli
  double pairwise_avg_num_conns = 0.0;  // pairwise_poisson
  std::optional<Neighbourhood> near;    // a mask or a probability that depends on distance
  ConnectionList connections;  // explicit_list, unless ...
  std::filesystem::path file;  // ... they are in this file (read_connection_file)
  ConvolutionShape convolution;  // convolution, also a pooling; the projection's weights are those of the kernel
  bool allow_autapses = true;
  bool allow_multapses = true;
};

// The share of the delay that lies between synapse and soma; the rest lies between the source's soma and the synapse.
struct DelaySplitSection {
  double dendritic_fraction = 1.0;
  bool assumed = true;  // the experiment does not say; to be printed
};

// [[projection]]
struct ProjectionSection {
  std::string name;  // unique; default <source>_<target>, then <source>_<target>_2, ...
  PopulationSlice source;
  PopulationSlice target;
  ConnectionRuleSection rule;
  std::string synapse = "static_synapse";
  std::vector<NamedValue> parameters;  // of the synapse model, those given
  Distribution weight{.a = 1.0};       // in weight_unit; unless ...
  std::filesystem::path learned_weights;  // ... the kernel of a convolution is read from this file (read_learned_kernel), ...
  std::string learned_projection;         // ... where it is this projection
  std::string weight_unit;             // of the target's model
  Distribution delay{.a = 1.0};        // ms, never negative
  std::optional<DistanceFunction> weight_of_distance;  // in place of weight
  std::optional<DistanceFunction> delay_of_distance;   // in place of delay
  DelaySplitSection delay_split;
  bool double_weights = false;  // weight_precision = "double"
  bool procedural = false;      // storage = "procedural"
  SourceTable where;
};

// A parameter of a model that is an array, in the unit of the model's table.
struct NamedList {
  std::string name;
  std::vector<double> values;
};

// [[stimulus]]
struct StimulusSection {
  std::string name;
  std::string model;
  PopulationSlice target;
  std::vector<NamedValue> parameters;  // those given, in the units of the model's table
  std::vector<NamedList> lists;        // all the model has
  bool injects_current = false;
  double weight = 1.0;                 // in weight_unit; of models that send spikes
  std::string weight_unit;             // of the target's model
  Delay delay;
  Time start;  // active in [start, stop)
  Time stop = Time::never();
  SourceTable where;
};

// [[reward]]
struct RewardSection {
  enum class Kind { volume_transmitter, reward_generator, coincidence_detector };
  std::string name;
  Kind kind = Kind::volume_transmitter;
  std::vector<std::uint32_t> projections;  // indices in Experiment::projections; each once, at least one
  PopulationSlice source;                  // volume_transmitter: each spike of it is a reward
  PopulationSlice pre, post;               // coincidence_detector: a spike of `post` that follows one of `pre` ...
  Delay window;                            // ... at most so much later
  double amount = 1.0;                     // of each reward, but of reward_generator
  Delay shortest_delay{ticks_per_ms};      // from the spike to the reward: uniform in [shortest, longest], or one value
  Delay longest_delay{ticks_per_ms};
  std::vector<Time> times;                 // reward_generator, ascending
  std::vector<double> values;              // amounts, one for each time
  SourceTable where;

  static constexpr double least_delay_ms = 0.1;  // the run stops that often, to see which spikes bring rewards
  static constexpr Range amounts{.low = -1e6, .high = 1e6};
  bool follows_spikes() const { return kind != Kind::reward_generator; }
};

// [[recorder]]
struct RecorderSection {
  enum class Kind { spike_recorder, multimeter, population_rate_recorder, weight_recorder, weights };
  std::string name;
  Kind kind = Kind::spike_recorder;
  PopulationSlice source;                    // those of neurons
  std::uint32_t projection = 0;              // those of weights: index in Experiment::projections
  std::optional<PopulationSlice> from, onto; // weight_recorder: sources and targets, all if not given
  Delay interval{ticks_per_ms};              // multimeter, weight_recorder
  Delay bin{ticks_per_ms};                   // population_rate_recorder
  std::optional<Time> start;                 // not of weights: records [start, stop); unset: the end of the warm-up
  Time stop = Time::never();
  std::vector<std::string> recorded_values;  // multimeter: "V_m" if not given
  SourceTable where;
};

}  // namespace synop
