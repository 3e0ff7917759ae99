#include "synop/io/model_catalogue.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/neuron_population.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/io/experiment/network_sections.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/short_term_plasticity.hpp"
#include "synop/neurons/gamma_sup_generator.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_cond_exp_adaptive.hpp"
#include "synop/neurons/iaf_psc_alpha.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"
#include "synop/neurons/iaf_psc_exp_varied.hpp"
#include "synop/neurons/if_psc_delta.hpp"
#include "synop/neurons/intfire1.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/neurons/pulsepacket_generator.hpp"
#include "synop/synapses/connect/fixed_total_number.hpp"
#include "synop/synapses/connect/pairwise_poisson.hpp"

namespace synop {

namespace {

template <class M>
ModelEntry entry(ModelKind kind) {
  return {std::string(M::name), kind, "", std::string(M::doc), std::string(M::source), describe_parameters<M>()};
}

struct NeuronEntry {
  ModelEntry entry;
  std::unique_ptr<PopulationModel> (*make)(std::span<const NamedValue>);
  std::unique_ptr<PopulationModel> (*make_varied)(std::span<const NamedValue>, std::span<const VariedParameter>);
};

template <NeuronModel M>
std::unique_ptr<PopulationModel> make_equal(std::span<const NamedValue> parameters) {
  return std::make_unique<NeuronPopulation<M>>(model_from<M>(parameters));
}

template <NeuronModel M>
std::unique_ptr<PopulationModel> refuse_varied(std::span<const NamedValue>, std::span<const VariedParameter> varied) {
  throw Error(ErrorKind::model, fmt::format("{}: {} has one value for all neurons of a population; none of its parameters "
                                            "may differ",
                                            M::name, varied.front().name));
}

// A model whose neurons all have the same parameters.
template <NeuronModel M>
NeuronEntry neurons() {
  NeuronEntry row{entry<M>(ModelKind::neuron), make_equal<M>, refuse_varied<M>};
  row.entry.weight_unit = M::weight_unit;
  return row;
}

// A model with a variant V whose neurons have parameters of their own.
template <VariedModel V>
NeuronEntry neurons_that_may_differ() {
  using M = typename V::Shared;
  NeuronEntry row = neurons<M>();
  for (ParameterDefault& parameter : row.entry.parameters)
    parameter.may_vary = std::find(V::may_vary.begin(), V::may_vary.end(), parameter.info.name) != V::may_vary.end();
  row.make_varied = [](std::span<const NamedValue> parameters,
                       std::span<const VariedParameter> varied) -> std::unique_ptr<PopulationModel> {
    return std::make_unique<VariedPopulation<V>>(unchecked_model_from<M>(parameters),
                                                 std::vector<VariedParameter>(varied.begin(), varied.end()));
  };
  return row;
}

struct SynapseEntry {
  ModelEntry entry;
  std::unique_ptr<PlasticityModel> (*make)(std::span<const NamedValue>);
  PlasticityTraits traits;
};

template <class Rule>
SynapseEntry plastic_synapses() {
  return {entry<Rule>(ModelKind::synapse),
          [](std::span<const NamedValue> parameters) { return plastic(model_from<Rule>(parameters)); },
          {.splits_delay = LearningRule<Rule>, .takes_reward = takes_rewards<Rule>}};
}

std::span<const NeuronEntry> neuron_entries() {
  static const std::array entries{neurons_that_may_differ<IafPscDeltaVaried>(), neurons<IafPscDeltaAdaptive>(), neurons_that_may_differ<IfPscDeltaVaried>(), neurons_that_may_differ<IafPscExpVaried>(), neurons_that_may_differ<IafPscAlphaVaried>(),
                                  neurons<IafCondExp>(), neurons<IafCondExpAdaptive>(), neurons_that_may_differ<IntFire1Varied>(), neurons<ParrotNeuron>()};
  return entries;
}

std::span<const SynapseEntry> synapse_entries() {
  static const std::vector<SynapseEntry> entries = [] {
    std::vector<SynapseEntry> all;
    const auto add = [&]<class Rule>() { all.push_back(plastic_synapses<Rule>()); };
    LearningRules::for_each(add);
    ShortTermRules::for_each(add);
    return all;
  }();
  return entries;
}

ModelEntry plain(std::string name, ModelKind kind, std::string doc, std::string source,
                 std::vector<ParameterDefault> parameters = {}) {
  return {std::move(name), kind, "", std::move(doc), std::move(source), std::move(parameters)};
}

void add_stimuli(std::vector<ModelEntry>& models) {
  models.push_back(plain("poisson_generator", ModelKind::stimulus, std::string(PoissonGenerator::doc), "NEST",
                         {{{"rate", "Hz", {.low = 0.0, .high = 1e9}, "mean rate of the input of each target"}, 0.0}}));
  constexpr Range rates{.low = 0.0, .high = 1e9};
  constexpr Range frequencies{.low = 0.0, .high = 1e6};
  constexpr Range times{.low = 0.0, .high = 9.2e9};
  constexpr Range step_lengths{.low = 1e-6, .high = 1e9};
  models.push_back(plain("inhomogeneous_poisson_generator", ModelKind::stimulus,
                         "Poisson input of piecewise constant rate, an independent train for each target", "NEST"));
  models.back().lists = {{"rate_times", "ms", times, "from when on the rates hold, ascending"},
                         {"rate_values", "Hz", rates, "as many rates; 0 before the first time"}};
  models.push_back(plain("sinusoidal_poisson_generator", ModelKind::stimulus,
                         "Poisson input of sinusoidal rate, an independent train for each target", "NEST",
                         {{{"rate", "Hz", rates, "mean rate"}, 0.0},
                          {{"amplitude", "Hz", {.low = -1e9, .high = 1e9}, "of the rate; below 0 it is cut off"}, 0.0},
                          {{"frequency", "Hz", frequencies, "of the rate"}, 0.0},
                          {{"phase", "", any_value, "degrees at time 0"}, 0.0}}));
  models.push_back(plain("gamma_sup_generator", ModelKind::stimulus,
                         "superposed gamma renewal processes, independent ones for each target", "NEST",
                         {{{"rate", "Hz", rates, "of each process"}, 0.0},
                          {{"gamma_shape", "", {.low = 1.0, .high = GammaSupGenerator::largest_shape}, "whole; 1 is Poisson"}, 1.0},
                          {{"n_proc", "", {.low = 1.0, .high = GammaSupGenerator::most_processes}, "processes per target"}, 1.0}}));
  models.push_back(plain("mip_generator", ModelKind::stimulus, "correlated Poisson input: copies of one mother process", "NEST",
                         {{{"rate", "Hz", rates, "of the mother process"}, 0.0},
                          {{"p_copy", "", unit_interval, "probability that a target receives a spike"}, 1.0}}));
  models.push_back(plain("pulsepacket_generator", ModelKind::stimulus, "Gaussian pulse packets, the same for all targets", "NEST",
                         {{{"activity", "", {.low = 0.0, .high = PulsepacketGenerator::most_spikes}, "spikes of a packet"}, 0.0},
                          {{"sdev", "ms", {.low = 0.0, .high = 1e9}, "standard deviation of their times"}, 0.0}}));
  models.back().lists = {{"pulse_times", "ms", times, "centers of the packets"}};
  models.push_back(plain("step_current_generator", ModelKind::stimulus, "piecewise constant current into every target", "NEST"));
  models.back().lists = {{"amplitude_times", "ms", times, "from when on the currents flow, ascending"},
                         {"amplitude_values", "pA", any_current, "as many currents; 0 before the first time"}};
  models.push_back(plain("ac_generator", ModelKind::stimulus, "sinusoidal current into every target, in steps of dt", "NEST",
                         {{{"amplitude", "pA", any_current, "of the sine"}, 0.0},
                          {{"offset", "pA", any_current, "constant part"}, 0.0},
                          {{"frequency", "Hz", frequencies, "of the sine"}, 0.0},
                          {{"phase", "", any_value, "degrees at time 0"}, 0.0},
                          {{"dt", "ms", step_lengths, "length of a step, which has the mean of the sine over it"}, 0.1}}));
  models.push_back(plain("noise_generator", ModelKind::stimulus,
                         "current drawn anew every dt, independently for each target", "NEST",
                         {{{"mean", "pA", any_current, "mean"}, 0.0},
                          {{"std", "pA", {.low = 0.0, .high = any_current.high}, "standard deviation"}, 0.0},
                          {{"dt", "ms", step_lengths, "how long a draw holds"}, 1.0}}));
  models.push_back(plain("dc_generator", ModelKind::stimulus, "constant current into every target", "NEST",
                         {{{"amplitude", "pA", any_current, "current"}, 0.0}}));
}

void add_rewards(std::vector<ModelEntry>& models) {
  constexpr Range times{.low = 0.0, .high = 9.2e9};
  constexpr const char* paper = "Izhikevich 2007, Cereb. Cortex 17:2443";
  const ParameterDefault amount{{"amount", "", RewardSection::amounts, "of a reward; 1: a spike of dopamine in NEST"}, 1.0};
  const ParameterDefault delay{{"delay", "ms", {.low = RewardSection::least_delay_ms, .high = times.high},
                                "from the spike to its reward, or { uniform = [low, high] }"},
                               0.0, false, true};
  models.push_back(plain("volume_transmitter", ModelKind::reward, "every spike of a population is a reward",
                         "Potjans, Morrison & Diesmann 2010, Front. Comput. Neurosci. 4:141 (NEST's name)", {amount, delay}));
  models.push_back(plain("coincidence_detector", ModelKind::reward,
                         "every spike of `post` that follows one of `pre` within a window is rewarded", paper,
                         {{{"window", "ms", {.low = 0.0, .high = times.high, .low_open = true}, "longest time between the two"},
                           0.0, false, true},
                          amount, delay}));
  models.push_back(plain("reward_generator", ModelKind::reward, "rewards at given times", paper));
  models.back().lists = {{"reward_times", "ms", times, "ascending"}, {"reward_values", "", RewardSection::amounts, "as many amounts"}};
}

constexpr Range time_of_run{.low = 0.0, .high = 9.2e9};       // ms
constexpr Range interval_range{.low = 1e-6, .high = 9.2e9};  // ms

void add_recorders_and_rules(std::vector<ModelEntry>& models) {
  const ParameterDefault start{{"start", "ms", time_of_run, "records from here on; unset: from the end of the warm-up"}, 0.0};
  const ParameterDefault stop{{"stop", "ms", time_of_run, "records what is before"}, time_of_run.high};
  const ParameterDefault interval{{"interval", "ms", interval_range, "time between two samples"}, 1.0};
  const auto recorder = [&](const char* name, const char* doc, std::vector<ParameterDefault> keys = {}) {
    models.push_back(plain(name, ModelKind::recorder, doc, "NEST", std::move(keys)));
  };
  recorder("spike_recorder", "spikes, streamed to spikes.h5", {start, stop});
  recorder("multimeter", "V_m, evaluated exactly at multiples of an interval", {interval, start, stop});
  recorder("population_rate_recorder", "spikes of all neurons together, counted in bins",
           {{{"bin", "ms", interval_range, "width of a bin"}, 1.0}, start, stop});
  recorder("weight_recorder", "the weights of a plastic projection, or some of them, at an interval", {interval, start, stop});
  recorder("weights", "the weights of a projection at the end of the run");
  const auto rule = [&](const char* name, const char* doc, std::vector<ParameterDefault> parameters = {}) {
    models.push_back(plain(name, ModelKind::connection_rule, doc, "NEST", std::move(parameters)));
  };
  rule("one_to_one", "source i to target i");
  rule("all_to_all", "every source to every target; allow_autapses");
  rule("fixed_indegree", "every target draws its sources; allow_autapses, allow_multapses; p and mask may depend on distance",
       {{{"indegree", "", {.low = 0.0, .high = 4294967295.0}, "sources of each target"}, 0.0}});
  rule("fixed_outdegree", "every source draws its targets; allow_autapses, allow_multapses; p and mask may depend on distance",
       {{{"outdegree", "", {.low = 0.0, .high = 4294967295.0}, "targets of each source"}, 0.0}});
  rule("fixed_total_number", "so many synapses, each between a source and a target drawn at random; allow_autapses",
       {{{"N", "", {.low = 0.0, .high = static_cast<double>(FixedTotalNumber::largest_N)}, "synapses in all"}, 0.0}});
  rule("pairwise_bernoulli", "every pair with the same probability, or one that depends on distance, within a mask; allow_autapses",
       {{{"p", "", unit_interval, "probability"}, 0.0}});
  rule("symmetric_pairwise_bernoulli", "every pair with the same probability, in both directions or in none",
       {{{"p", "", unit_interval, "probability"}, 0.0}});
  rule("pairwise_poisson", "every pair with a Poisson number of synapses; allow_autapses",
       {{{"pairwise_avg_num_conns", "", {.low = 0.0, .high = PairwisePoisson::largest_mean}, "mean number per pair"}, 0.0}});
  rule("explicit", "the pairs listed in the experiment (connections) or in a CSV or HDF5 file (file)");
  constexpr Range sizes{.low = 1.0, .high = 32767.0};
  rule("convolution", "targets and weights follow from the geometry, which a table `convolution` with these keys gives",
       {{{"channels", "", sizes, "of the targets; not with pooling = true"}, 0.0}});
  models.back().source = "Dumoulin & Visin 2016, arXiv:1603.07285";
  models.back().lists = {{"input", "", sizes, "channels, rows and columns of the sources; required"},
                         {"kernel", "", sizes, "rows and columns, or one number; required"},
                         {"stride", "", sizes, "the same; 1 if not given"},
                         {"dilation", "", sizes, "the same; 1 if not given"},
                         {"padding", "", {.low = 0.0, .high = sizes.high}, "the same; 0 if not given"},
                         {"groups", "", sizes, "one number; 1 if not given"}};
}

// What holds for all models of a kind: NEST's names are those of these papers; the keys of a rule have no default.
void complete(ModelEntry& model) {
  const bool is_rule = model.kind == ModelKind::connection_rule;
  if (model.source == "NEST")
    model.source = is_rule ? "Senk et al. 2022, PLoS Comput. Biol. 18:e1010086 (NEST's name)"
                           : "Gewaltig & Diesmann 2007, Scholarpedia 2:1430 (NEST)";
  for (ParameterDefault& parameter : model.parameters) parameter.required = parameter.required || is_rule;
}

Catalogue make_catalogue() {
  std::vector<ModelEntry> models;
  for (const NeuronEntry& row : neuron_entries()) models.push_back(row.entry);
  models.push_back(entry<PoissonPopulation>(ModelKind::source));
  models.push_back(plain("spike_generator", ModelKind::source, "spikes at given times, one list per neuron", "NEST"));
  models.push_back(plain("spike_train_injector", ModelKind::source, "spikes of the samples of a task, which is to name it as input", "NEST"));
  add_stimuli(models);
  models.push_back(plain(std::string(static_synapse), ModelKind::synapse, "a weight that stays", "NEST"));
  for (const SynapseEntry& row : synapse_entries()) models.push_back(row.entry);
  add_rewards(models);
  add_recorders_and_rules(models);
  for (ModelEntry& model : models) complete(model);
  return {std::move(models)};
}

template <class Entries>
const auto& find_entry(const Entries& entries, std::string_view kind, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& row : entries) {
    if (row.entry.name == name) return row;
    names.push_back(row.entry.name);
  }
  throw Error(ErrorKind::model, fmt::format("there is no {} '{}'{}", kind, name, did_you_mean(name, names)));
}

}  // namespace

const Catalogue& model_catalogue() {
  static const Catalogue catalogue = make_catalogue();
  return catalogue;
}

std::unique_ptr<PopulationModel> make_neurons(std::string_view model, std::span<const NamedValue> parameters,
                                              std::span<const VariedParameter> varied) {
  const NeuronEntry& entry = find_entry(neuron_entries(), "neuron model", model);
  return varied.empty() ? entry.make(parameters) : entry.make_varied(parameters, varied);
}

std::string_view potential_unit(std::string_view model) {
  return find_entry(neuron_entries(), "neuron model", model).entry.weight_unit.empty() ? "" : "mV";
}

std::unique_ptr<PopulationModel> make_poisson_population(std::span<const NamedValue> parameters) {
  return std::make_unique<PoissonPopulationModel>(model_from<PoissonPopulation>(parameters));
}

std::unique_ptr<PlasticityModel> make_plasticity(std::string_view synapse, std::span<const NamedValue> parameters) {
  return find_entry(synapse_entries(), "plastic synapse", synapse).make(parameters);
}

PlasticityTraits plasticity_traits(std::string_view synapse) {
  return synapse == static_synapse ? PlasticityTraits{} : find_entry(synapse_entries(), "plastic synapse", synapse).traits;
}

std::vector<std::string_view> rewarded_synapses() {
  std::vector<std::string_view> names;
  for (const SynapseEntry& row : synapse_entries())
    if (row.traits.takes_reward) names.push_back(row.entry.name);
  return names;
}

}  // namespace synop
