#include "synop/io/experiment/compose.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/price_tables.hpp"
#include "synop/core/sampling.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/check_data_file.hpp"
#include "synop/io/experiment/detail/rewards.hpp"
#include "synop/io/experiment/detail/stimuli.hpp"
#include "synop/io/experiment/learned_kernel.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/neurons/spike_train_injector.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/convolution.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"
#include "synop/synapses/connect/fixed_outdegree.hpp"
#include "synop/synapses/connect/fixed_total_number.hpp"
#include "synop/synapses/connect/one_to_one.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"
#include "synop/synapses/connect/pairwise_poisson.hpp"
#include "synop/synapses/connect/spatial_rules.hpp"
#include "synop/synapses/connect/symmetric_pairwise_bernoulli.hpp"

namespace synop {

namespace {

// Calls `add` and gives an error of the model its place in the experiment, unless it names one already.
template <class Add>
void at_position(const SourceTable& where, Add add) {
  try {
    add();
  } catch (const Error& error) {
    const bool placed = std::string_view(error.what()).starts_with(where.position.source);
    if (placed || (error.kind() != ErrorKind::model && error.kind() != ErrorKind::input)) throw;
    throw experiment_error(where.position, error.what());
  }
}

std::unique_ptr<PopulationModel> make_population(const PopulationSection& section, std::vector<std::string>& assumptions) {
  if (!section.is_source) return make_neurons(section.model, section.parameters, section.varied);
  if (section.model == PoissonPopulation::name) return make_poisson_population(section.parameters);
  if (section.model == "spike_train_injector") return std::make_unique<SpikeTrainInjector>();
  return std::make_unique<SpikeGenerator>(
      section.spike_file.empty() ? section.spike_times
                                 : read_spike_time_file(section.spike_file, section.size, section.spike_population, assumptions));
}

Positions make_positions(const PositionsSection& section, std::uint32_t size, std::uint64_t seed, std::uint32_t first_id) {
  using Kind = PositionsSection::Kind;
  if (section.kind == Kind::grid)
    return grid_positions(section.shape, section.extent, section.center, section.edge_wrap);
  if (section.kind == Kind::random)
    return uniform_positions(size, section.dimensions, section.extent, section.center, section.edge_wrap, seed, first_id);
  Positions positions = section.kind == Kind::file ? read_position_file(section.file, size)
                                                   : Positions{.dimensions = section.dimensions, .points = section.points};
  if (section.kind == Kind::file && section.dimensions != 0 && section.dimensions != positions.dimensions)
    throw Error(ErrorKind::model, fmt::format("positions: the file has {} columns and the box {} dimensions",
                                              positions.dimensions, section.dimensions));
  positions.extent = section.extent;
  positions.center = section.center;
  positions.edge_wrap = section.edge_wrap;
  return positions;
}

std::unique_ptr<ConnectionRule> make_spatial_rule(const ConnectionRuleSection& section) {
  using Kind = ConnectionRuleSection::Kind;
  if (section.kind == Kind::fixed_indegree)
    return std::make_unique<SpatialIndegree>(*section.near, section.indegree, section.allow_autapses,
                                             section.allow_multapses);
  if (section.kind == Kind::fixed_outdegree)
    return std::make_unique<SpatialOutdegree>(*section.near, section.outdegree, section.allow_autapses,
                                              section.allow_multapses);
  return std::make_unique<SpatialBernoulli>(*section.near, section.allow_autapses);
}

std::unique_ptr<ConnectionRule> make_rule(const ConnectionRuleSection& section, const ConnectionList& connections) {
  using Kind = ConnectionRuleSection::Kind;
  if (section.near) return make_spatial_rule(section);
  switch (section.kind) {
    case Kind::one_to_one:
      return std::make_unique<OneToOne>();
    case Kind::all_to_all:
      return std::make_unique<AllToAll>(section.allow_autapses);
    case Kind::fixed_indegree:
      return std::make_unique<FixedIndegree>(section.indegree, section.allow_autapses, section.allow_multapses);
    case Kind::fixed_outdegree:
      return std::make_unique<FixedOutdegree>(section.outdegree, section.allow_autapses, section.allow_multapses);
    case Kind::fixed_total_number:
      return std::make_unique<FixedTotalNumber>(section.N, section.allow_autapses);
    case Kind::pairwise_bernoulli:
      return std::make_unique<PairwiseBernoulli>(section.p, section.allow_autapses);
    case Kind::symmetric_pairwise_bernoulli:
      return std::make_unique<SymmetricPairwiseBernoulli>(section.p);
    case Kind::pairwise_poisson:
      return std::make_unique<PairwisePoisson>(section.pairwise_avg_num_conns, section.allow_autapses);
    case Kind::explicit_list:
    case Kind::convolution:  // make_convolution()
      break;
  }
  std::vector<ExplicitList::Connection> pairs;
  for (std::size_t i = 0; i < connections.size(); ++i)
    pairs.push_back({connections.sources[i], connections.targets[i]});
  return std::make_unique<ExplicitList>(pairs);
}

// The elements of the kernel are learned, listed, or drawn once each with what would else be drawn for the synapses of
// target 0.
std::unique_ptr<ConnectionRule> make_convolution(const ProjectionSection& section, const NetworkBuilder& builder) {
  const ConvolutionShape& shape = section.rule.convolution;
  std::vector<double> kernel = section.weight.values;
  if (!section.learned_weights.empty()) {
    check_data_file(section.where.at("weight"), section.learned_weights);
    kernel = read_learned_kernel(section.learned_weights, section.learned_projection, shape);
  } else if (section.weight.kind != Distribution::Kind::list) {
    RandomStream random(builder.seed(), Purpose::weight, 0, builder.projection_count());
    kernel.resize(static_cast<std::size_t>(shape.kernel_size()));
    sample_many(section.weight, random, kernel);
  }
  return std::make_unique<Convolution>(shape, kernel);
}

Neurons neurons_of(const PopulationSlice& slice) {
  return {PopulationId{slice.population}, Slice{slice.first, slice.size()}};
}

Distribution listed(std::vector<double> values) {
  return {.kind = Distribution::Kind::list, .values = std::move(values)};
}

ConnectionList read_connections(const ProjectionSection& section, std::vector<std::string>& assumptions) {
  ConnectionList connections = read_connection_file(section.rule.file, section.source.size(), section.target.size());
  if (!connections.assumption.empty()) assumptions.push_back(fmt::format("projection '{}': {}", section.name, connections.assumption));
  if (!connections.weight_unit.empty() && connections.weight_unit != section.weight_unit)
    throw experiment_error(section.where.at("file"),
                           fmt::format("the weights of '{}' are in '{}'; allowed for this target: {}", section.rule.file.string(),
                                       connections.weight_unit, section.weight_unit.empty() ? "numbers without a unit" : section.weight_unit));
  return connections;
}

void add_projection(const ProjectionSection& section, NetworkBuilder& builder, std::vector<std::string>& assumptions) {
  ConnectionList connections = section.rule.file.empty() ? section.rule.connections : read_connections(section, assumptions);
  if (!connections.weights.empty() && section.where.has("weight"))
    throw experiment_error(section.where.at("weight"),
                           "the connection file has a column 'weight' too; give one of them");
  if (!connections.delays_ms.empty() && section.where.has("delay"))
    throw experiment_error(section.where.at("delay"), "the connection file has a column 'delay' too; give one of them");
  Synapse synapse;
  synapse.weight = connections.weights.empty() ? section.weight : listed(connections.weights);
  synapse.delay = connections.delays_ms.empty() ? section.delay : listed(connections.delays_ms);
  synapse.weight_of_distance = section.weight_of_distance;
  synapse.delay_of_distance = section.delay_of_distance;
  synapse.double_precision = section.double_weights;
  synapse.procedural = section.procedural;
  synapse.split.dendritic_fraction = section.delay_split.dendritic_fraction;
  if (section.synapse != static_synapse && !section.delay_split.assumed && !plasticity_traits(section.synapse).splits_delay)
    throw experiment_error(section.where.at("delay_split"),
                           fmt::format("this key has no effect on {}, which knows the spikes of its source only", section.synapse));
  if (section.synapse != static_synapse) synapse.plasticity = make_plasticity(section.synapse, section.parameters);
  const bool convolution = section.rule.kind == ConnectionRuleSection::Kind::convolution;
  if (convolution) synapse.weight = constant(1.0);  // the rule has the weights
  builder.connect(neurons_of(section.source), neurons_of(section.target),
                  convolution ? make_convolution(section, builder) : make_rule(section.rule, connections),
                  std::move(synapse), section.name);
}

// Whether the model has a membrane, asked of one neuron with its defaults.
bool has_membrane(const PopulationSection& section) {
  if (section.is_source) return false;
  NetworkBuilder builder(1);
  const PopulationId one = builder.add_population(section.name, 1, make_neurons(section.model, {}));
  const Network network = builder.build();
  return Simulation(network).has_variable(one, "V_m");
}

void check_current(const StimulusSection& section, const Experiment& experiment) {
  const PopulationSection& target = experiment.populations[section.target.population];
  if (section.injects_current && (!has_membrane(target) || potential_unit(target.model).empty()))
    throw experiment_error(
        section.where.at("target"),
        fmt::format("population '{}' ({}) has no membrane that a current could charge", target.name, target.model));
}


// Its spikes are those of a task's samples; without one it would be silent.
void check_injectors(const Experiment& experiment) {
  for (std::uint32_t i = 0; i < experiment.populations.size(); ++i) {
    const PopulationSection& section = experiment.populations[i];
    if (section.model == "spike_train_injector" && (!experiment.task || experiment.task->input != i))
      throw experiment_error(section.where.at("model"),
                             fmt::format("population '{}' would send nothing: a spike_train_injector sends the samples of a task "
                                         "that has it as `input`; spike_generator sends times of its own",
                                         section.name));
  }
}

void check_price_tables(const EnergySection& section) {
  try {
    for (const std::string& table : section.tables) (void)find_price_table(table);
  } catch (const Error& error) {
    throw experiment_error(section.where.at("tables"), error.what());
  }
}

}  // namespace

NetworkBuilder compose(const Experiment& experiment) {
  std::vector<std::string> unread;
  return compose(experiment, unread);
}

NetworkBuilder compose(const Experiment& experiment, std::vector<std::string>& assumptions) {
  check_price_tables(experiment.energy);
  check_injectors(experiment);
  for (const RewardSection& section : experiment.rewards) detail::check_reward(section, experiment);
  if (experiment.nir && experiment.nir->options.mode == nir::Mode::clocked)
    throw experiment_error(experiment.nir->where.at("mode"), "a graph in time steps is no network of events; allowed here: mode = \"exact\"");
  NetworkBuilder builder(experiment.seed);
  for (const PopulationSection& section : experiment.populations)
    at_position(section.where, [&] {
      const PopulationId id =
          builder.add_population(section.name, section.size, make_population(section, assumptions), section.initial_potential);
      if (section.positions)
        builder.set_positions(id, make_positions(*section.positions, section.size, builder.seed(), builder.first_id(id)));
    });
  for (const ProjectionSection& section : experiment.projections)
    at_position(section.where, [&] { add_projection(section, builder, assumptions); });
  for (const StimulusSection& section : experiment.stimuli)
    at_position(section.where, [&] {
      check_current(section, experiment);
      detail::add_stimulus(section, neurons_of(section.target), builder);
    });
  return builder;
}

Time recording_start(const Experiment& experiment, const RecorderSection& recorder) {
  return recorder.start.value_or(Time{} + experiment.simulation.warm_up);
}

namespace {

// The time a recorder is given lies within the run, and what shares a place in a file has the same.
void check_span(const Experiment& experiment, const RecorderSection& recorder) {
  if (recorder.kind == RecorderSection::Kind::weights) return;
  const Time warm = Time{} + experiment.simulation.warm_up;
  const Time end = Time{} + experiment.simulation.duration;
  const Time start = recording_start(experiment, recorder);
  if (start < warm || start >= end)
    throw experiment_error(recorder.where.at("start"),
                           fmt::format("'{}' would start at {} ms; allowed: from the end of the warm-up at {} ms to before "
                                       "the end of the run at {} ms",
                                       recorder.name, start.ms(), warm.ms(), end.ms()));
  if (recorder.stop <= start)
    throw experiment_error(recorder.where.at("stop"), fmt::format("value {} ms is not after the start at {} ms",
                                                                  recorder.stop.ms(), start.ms()));
  if (recorder.kind != RecorderSection::Kind::spike_recorder) return;
  for (const RecorderSection& other : experiment.recorders)
    if (other.kind == recorder.kind && other.source.population == recorder.source.population &&
        (recording_start(experiment, other) != start || other.stop != recorder.stop))
      throw experiment_error(recorder.where.at("source"),
                             fmt::format("'{}' and '{}' record spikes of the same population during different times; "
                                         "allowed: the same start and stop",
                                         recorder.name, other.name));
}

void check_weight_recorder(const Experiment& experiment, const RecorderSection& recorder) {
  if (recorder.kind != RecorderSection::Kind::weight_recorder) return;
  const ProjectionSection& projection = experiment.projections[recorder.projection];
  if (projection.synapse == "static_synapse")
    throw experiment_error(recorder.where.at("projection"),
                           fmt::format("the weights of '{}' do not change, its synapses are static; allowed: a plastic "
                                       "projection, or the recorder 'weights'",
                                       projection.name));
}

}  // namespace

void check_recorders(const Experiment& experiment) {
  for (const RecorderSection& recorder : experiment.recorders) {
    check_span(experiment, recorder);
    check_weight_recorder(experiment, recorder);
    if (recorder.kind != RecorderSection::Kind::multimeter) continue;
    for (const std::string& variable : recorder.recorded_values)
      if (variable != "V_m")
        throw experiment_error(recorder.where.at("record"),
                               fmt::format("a multimeter cannot record '{}'; allowed: V_m", variable));
    const PopulationSection& source = experiment.populations[recorder.source.population];
    if (!has_membrane(source))
      throw experiment_error(recorder.where.at("source"),
                             fmt::format("population '{}' ({}) has no V_m to record", source.name, source.model));
  }
}

BuildOptions build_options(const Experiment& experiment, int threads) {
  return {.threads = threads, .delay_resolution = experiment.simulation.delay_resolution,
          .interrupted = [] { return interrupted_by() != 0; }};
}

namespace {

// What enters a graph.
std::string input_sentence(const NirSection& nir) {
  if (!nir.spike_file.empty()) return fmt::format("input: the spikes of {}, times in ms", nir.spike_file.string());
  if (!nir.spike_times.empty()) return "input: spike_times";
  if (nir.rate > 0.0) return fmt::format("input: Poisson processes of {} spikes per second and neuron", nir.rate);
  return "input: no spikes (spike_file, spike_times or rate is not given)";
}

}  // namespace

std::vector<std::string> assumptions(const Experiment& experiment) {
  std::vector<std::string> sentences;
  if (experiment.nir) {
    sentences = sentences_of(experiment.nir->options);
    if (!experiment.task) sentences.push_back(input_sentence(*experiment.nir));
  }
  for (std::size_t p = 0; p < experiment.projections.size(); ++p) {
    const ProjectionSection& section = experiment.projections[p];
    const PlasticityTraits traits = plasticity_traits(section.synapse);
    if (traits.takes_reward && !detail::is_rewarded(experiment, p))
      sentences.push_back(
          fmt::format("projection '{}': no reward is given (no [[reward]] names it), so its weights stay", section.name));
    if (traits.splits_delay && section.delay_split.assumed && (section.delay.largest() > 0.0 || section.delay_of_distance))
      sentences.push_back(fmt::format(
          "projection '{}': the whole delay is taken as dendritic (delay_split is not given)", section.name));
    if (!section.where.has("delay") && section.rule.file.empty() && section.rule.connections.delays_ms.empty())
      sentences.push_back(fmt::format("projection '{}': delay = 1 ms (not given)", section.name));
    if (!section.where.has("weight") && section.rule.file.empty() && section.rule.connections.weights.empty() &&
        section.weight.kind != Distribution::Kind::list)
      sentences.push_back(fmt::format("projection '{}': weight = 1 {} (not given)", section.name, section.weight_unit));
  }
  return sentences;
}

}  // namespace synop
