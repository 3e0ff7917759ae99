#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/block_sizes.hpp"
#include "synop/core/distance_function.hpp"
#include "synop/core/network.hpp"
#include "synop/core/neuron_population.hpp"

namespace synop {

inline Distribution constant(double value) { return {.kind = Distribution::Kind::constant, .a = value}; }
inline Distribution uniform(double low, double high) {
  return {.kind = Distribution::Kind::uniform, .a = low, .b = high};
}
// The logarithm of the value, in the unit of the quantity, has mean mu and standard deviation sigma.
inline Distribution lognormal(double mu, double sigma) {
  return {.kind = Distribution::Kind::lognormal, .a = mu, .b = sigma};
}
inline Distribution exponential(double mean) { return {.kind = Distribution::Kind::exponential, .a = mean}; }
inline Distribution uniform_int(double low, double high) {
  return {.kind = Distribution::Kind::uniform_int, .a = low, .b = high};
}
inline Distribution normal(double mean, double sd) { return {.kind = Distribution::Kind::normal, .a = mean, .b = sd}; }

// The synapses of a projection. Weights are in the target model's unit (mV or pA), delays in ms.
struct Synapse {
  Distribution weight = constant(1.0);
  Distribution delay = constant(1.0);
  // In place of these: functions of the distance between the two neurons, which must have positions. Where both are
  // given, weight and delay of a synapse follow from the same distance.
  std::optional<DistanceFunction> weight_of_distance = {};
  std::optional<DistanceFunction> delay_of_distance = {};
  bool double_precision = false;  // weights are stored as float otherwise; a constant is rounded the same way
  std::unique_ptr<PlasticityModel> plasticity = nullptr;
  DelaySplit split = {};
  // Nothing is stored: the targets of a source are generated anew at each of its spikes, always the same ones. Needs a
  // rule that has rows (ConnectionRule::has_rows), a constant weight and delay, and no plasticity. Synapses of a rule that
  // gives the weights (ConnectionRule::has_weights) are always so, and their weight is left at 1.
  bool procedural = false;
};

// Some or all neurons of a population.
struct Neurons {
  PopulationId population;
  std::optional<Slice> slice;

  Neurons(PopulationId id) : population(id) {}  // all of them
  Neurons(PopulationId id, Slice some) : population(id), slice(some) {}
};

struct BuildOptions {
  int threads = 0;                      // 0: all cores; at most 1024
  std::optional<Delay> delay_resolution;  // rounds drawn delays to a grid: larger groups, faster delivery
  std::uint64_t memory_limit = 0;       // bytes; 0: what the machine has available
  std::uint32_t block_size = 0;         // most neurons of a block; 0: chosen from the network (core/block_sizes.hpp)
  std::function<bool()> interrupted = {};  // asked now and then, by any thread; true ends the build with an Error
};

// What a network will need, known before anything is allocated.
struct MemoryEstimate {
  struct Part {
    std::string name;
    double synapses = 0;
    double bytes = 0;
    double synapses_per_group = 0;  // of a projection: of one source, delay and sign in one block
  };
  std::vector<Part> parts;
  double total_bytes() const;
};

// Describes a network, then builds it. Every call checks what it is given and throws Error(model).
class NetworkBuilder {
 public:
  explicit NetworkBuilder(std::uint64_t seed = 1);

  template <NeuronModel M>
  PopulationId add_population(std::string name, std::uint32_t size, const M& model,
                              std::optional<Distribution> potential = std::nullopt) {
    return add_population(std::move(name), size, std::make_unique<NeuronPopulation<M>>(model), std::move(potential));
  }
  PopulationId add_population(std::string name, std::uint32_t size, std::unique_ptr<PopulationModel> model,
                              std::optional<Distribution> potential = std::nullopt);

  // Gives every neuron of a population its place, before anything is connected by distance.
  void set_positions(PopulationId population, Positions positions);
  // What the random positions of a population are drawn with.
  std::uint64_t seed() const { return network_.seed_; }
  std::uint32_t first_id(PopulationId population) const;
  std::uint32_t projection_count() const { return static_cast<std::uint32_t>(pending_.size()); }  // so far

  template <std::derived_from<ConnectionRule> Rule>
  ProjectionId connect(const Neurons& sources, const Neurons& targets, const Rule& rule, Synapse synapse,
                       std::string name = "") {
    return connect(sources, targets, std::make_unique<Rule>(rule), std::move(synapse), std::move(name));
  }
  ProjectionId connect(const Neurons& sources, const Neurons& targets, std::unique_ptr<ConnectionRule> rule,
                       Synapse synapse, std::string name = "");

  template <std::derived_from<DriveModel> Model>
  void drive(const Neurons& targets, const Model& model, double weight, Delay delay = {}, std::string name = "") {
    drive(targets, std::make_unique<Model>(model), weight, delay, std::move(name));
  }
  void drive(const Neurons& targets, std::unique_ptr<DriveModel> model, double weight, Delay delay, std::string name);

  // A current of `amplitude` pA into every target during [start, stop).
  void add_current(const Neurons& targets, double amplitude, Time start = {}, Time stop = Time::never());
  // A current that changes at instants of its own.
  template <std::derived_from<CurrentModel> Model>
  void add_current(const Neurons& targets, const Model& model) {
    add_current(targets, std::make_unique<Model>(model));
  }
  void add_current(const Neurons& targets, std::unique_ptr<CurrentModel> model);

  // Of the options, those that shape the network count: delay_resolution and block_size.
  MemoryEstimate estimate(const BuildOptions& options = {}) const;

  // Throws Error(model) naming the cycle if projections whose delays are all zero form one; build() asks it first.
  // Cycles of delays that are drawn are found when a Simulation is made.
  void refuse_zero_delay_cycles() const;

  // Builds the synapses, in parallel; the result does not depend on the number of threads. Throws Error(memory)
  // before allocating when the estimate exceeds the limit. The builder is empty afterwards.
  Network build(const BuildOptions& options = {});

 private:
  struct Pending {
    std::unique_ptr<ConnectionRule> rule;
    Distribution weight;
    Distribution delay;
    bool double_precision = false;
    bool procedural = false;
    std::optional<DistanceFunction> weight_of_distance = {};
    std::optional<DistanceFunction> delay_of_distance = {};
  };

  Slice checked_slice(const Neurons& neurons) const;
  ConnectionContext context(std::size_t projection) const;
  Distribution range_over_distances(const std::string& where, const std::optional<DistanceFunction>& function,
                                    const Distribution& otherwise, const Neurons& sources, const Neurons& targets) const;
  void check_rule(std::size_t projection) const;
  void check_procedural(std::size_t projection) const;
  void refuse_if_too_large(const BuildOptions& options) const;
  ExpectedRows expected_rows(std::size_t projection, const BuildOptions& options) const;
  std::uint32_t largest_block(std::size_t population, const BuildOptions& options) const;
  void cut_blocks(const BuildOptions& options);
  void build_shards(const BuildOptions& options);
  void count_procedural(const BuildOptions& options);

  Network network_;
  std::vector<Pending> pending_;
};

}  // namespace synop
