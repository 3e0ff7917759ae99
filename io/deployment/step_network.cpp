#include "synop/io/deployment/step_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/resolved_values.hpp"

namespace synop {

namespace {

constexpr std::uint32_t most_steps = 65535;  // of a delay or a refractory time

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::model, message);
}

// Parameters of a population by name.
class Values {
 public:
  explicit Values(const PopulationSection& section)
      : values_(detail::resolved_values(ModelKind::neuron, section.model, section.parameters, section.varied)) {
    for (const detail::ResolvedValue& value : values_)
      if (!value.drawn.empty())
        refuse(
            fmt::format("population '{}': '{}' differs between its neurons ({}); a deployed population has one value",
                        section.name, value.name, value.drawn));
  }
  double operator[](std::string_view name) const {
    for (const detail::ResolvedValue& value : values_)
      if (value.name == name) return value.value;
    throw Error(ErrorKind::internal, fmt::format("a model to be deployed has no '{}'", name));
  }

 private:
  std::vector<detail::ResolvedValue> values_;
};

std::uint32_t steps_of(const std::string& what, Delay span, Delay step) {
  const double steps = std::round(static_cast<double>(span.ticks) / static_cast<double>(step.ticks));
  if (steps > most_steps)
    refuse(fmt::format("{} of {} ms is {} steps of {} ms; allowed: at most {}", what, span.ms(), steps, step.ms(),
                       most_steps));
  return static_cast<std::uint32_t>(steps);
}

// What a current with time constant tau_s adds to a membrane with tau_m in a step of h:
//   1/tau_m  integral over s in [0, h] of  exp(-(h - s) / tau_m) exp(-s / tau_s),   exact also near tau_s = tau_m.
double current_gain(double tau_m, double tau_s, double h) {
  const double difference = 1.0 / tau_s - 1.0 / tau_m;
  const double integral = difference == 0.0 ? h : -std::expm1(-h * difference) / difference;
  return std::exp(-h / tau_m) * integral / tau_m;
}

void set_membrane(const Values& values, double h, StepPopulation& p) {
  const double resting = values["E_L"] + values["tau_m"] / values["C_m"] * values["I_e"];
  p.decay = std::exp(-h / values["tau_m"]);
  p.threshold = {values["V_th"] - resting};
  p.reset = values["V_reset"] - resting;
  p.initial = {values["E_L"] - resting};
}

void set_currents(const Values& values, double h, StepPopulation& p) {
  p.currents = true;
  const double tau_m = values["tau_m"];
  const double tau[2] = {values["tau_syn_ex"], values["tau_syn_in"]};
  for (std::size_t x = 0; x < 2; ++x) {
    p.current_decay[x] = std::exp(-h / tau[x]);
    p.current_gain[x] = current_gain(tau_m, tau[x], h);
  }
}

void set_perfect(const PopulationSection& section, const Values& values, StepPopulation& p) {
  if (values["I_e"] != 0.0)
    refuse(fmt::format("population '{}': I_e = {} pA of if_psc_delta is not deployed; allowed: 0 pA", section.name,
                       values["I_e"]));
  p.subtracts = values["reset_by_subtraction"] != 0.0;
  p.threshold = {values["V_th"] - values["V_reset"]};
  p.reset = p.subtracts ? p.threshold[0] : 0.0;
  p.initial = {0.0};
}

// Thresholds that adapt are held at what they have risen to.
void set_adapted(const Experiment& experiment, const PopulationSection& section, const Simulation& simulation,
                 PopulationId id, const Values& values, StepPopulation& p) {
  if (!experiment.task) {
    if (values["theta_plus"] == 0.0) return;
    refuse(
        fmt::format("population '{}': thresholds that adapt (theta_plus = {} mV) are deployed as a task has left them "
                    "only; without a task the allowed value is 0 mV",
                    section.name, values["theta_plus"]));
  }
  const double base = p.threshold[0];
  p.threshold = simulation.values(id, "theta");
  for (double& threshold : p.threshold) threshold += base;
}

// The potentials at which the neurons begin, where the experiment gives them.
void set_initial(const Network& network, const Population& population, double resting, StepPopulation& p) {
  std::vector<double> potentials = initial_potentials(network, population, {0, population.size});
  if (potentials.empty()) return;
  for (double& potential : potentials) potential -= resting;
  const bool same = std::all_of(potentials.begin(), potentials.end(), [&](double v) { return v == potentials[0]; });
  if (same) potentials.resize(1);
  p.initial = std::move(potentials);
}

StepPopulation neurons_of(const Experiment& experiment, const Simulation& simulation, std::uint32_t index, Delay step) {
  const PopulationSection& section = experiment.populations[index];
  StepPopulation p{.name = section.name, .size = section.size};
  if (section.is_source) {
    p.source = true;
    return p;
  }
  const bool perfect = section.model == "if_psc_delta";
  const bool adaptive = section.model == "iaf_psc_delta_adaptive", exponential = section.model == "iaf_psc_exp";
  if (!perfect && !adaptive && !exponential && section.model != "iaf_psc_delta")
    refuse(
        fmt::format("population '{}': {} cannot be deployed; allowed: iaf_psc_delta, iaf_psc_delta_adaptive, "
                    "if_psc_delta, iaf_psc_exp",
                    section.name, section.model));
  const Values values(section);
  if (perfect)
    set_perfect(section, values, p);
  else
    set_membrane(values, step.ms(), p);
  if (exponential) set_currents(values, step.ms(), p);
  const double resting = values["V_th"] - p.threshold[0];
  if (adaptive) set_adapted(experiment, section, simulation, {index}, values, p);
  set_initial(simulation.network(), simulation.network().populations()[index], resting, p);
  p.refractory_steps =
      steps_of(fmt::format("population '{}': t_ref", section.name), Delay::from_ms(values["t_ref"]), step);
  return p;
}

// Delays in the order of Simulation::synapses(): by block of targets, source, delay, sign, target.
std::vector<Delay> delays_of(const Network& network, ProjectionId id) {
  std::vector<Delay> delays;
  for (const Shard& shard : network.shards()) {
    if (shard.projection != id || shard.is_procedural()) continue;
    for (std::uint32_t row = 0; row < shard.sources.count; ++row)
      for (std::uint32_t g = 0; g < shard.group_count(row); ++g) {
        const Shard::Group group = shard.group(row, g);
        delays.insert(delays.end(), group.size(), group.delay);
      }
  }
  return delays;
}

struct Synapse {
  std::uint32_t source, delay, target;
  double weight;
};

std::vector<Synapse> synapses_of(const std::string& where, const Simulation& simulation, ProjectionId id, Delay step) {
  const Projection& projection = simulation.network().projection(id);
  const Simulation::SynapseView view = simulation.synapses(id);
  const bool one_delay = projection.smallest_delay == projection.largest_delay;
  const std::vector<Delay> delays = one_delay ? std::vector<Delay>{} : delays_of(simulation.network(), id);
  if (!one_delay && delays.size() != view.sources.size())
    throw Error(ErrorKind::internal,
                fmt::format("{}: {} delays of {} synapses", where, delays.size(), view.sources.size()));
  std::vector<Synapse> synapses(view.sources.size());
  for (std::size_t i = 0; i < synapses.size(); ++i) {
    const Delay delay = one_delay ? projection.smallest_delay : delays[i];
    const std::uint32_t steps = steps_of(where + ": a delay", delay, step);
    synapses[i] = {view.sources[i] - projection.sources.first, delay.ticks > 0 ? std::max(steps, 1u) : 0u,
                   view.targets[i] - projection.targets.first, view.weights[i]};
  }
  std::stable_sort(synapses.begin(), synapses.end(), [](const Synapse& a, const Synapse& b) {
    return std::tie(a.source, a.delay, a.target) < std::tie(b.source, b.delay, b.target);
  });
  return synapses;
}

StepProjection projection_of(const Experiment& experiment, const Simulation& simulation, std::uint32_t index,
                             double resistance, Delay step) {
  const Projection& projection = simulation.network().projections()[index];
  const std::string where = fmt::format("projection '{}'", projection.name);
  if (projection.plasticity && !experiment.task)
    refuse(
        fmt::format("{} is plastic; learned weights are deployed as a task has left them, and a deployed network does "
                    "not learn. Without a task the allowed synapse is static_synapse",
                    where));
  StepProjection p{.name = projection.name,
                   .source = projection.source.index,
                   .target = projection.target.index,
                   .sources = projection.sources,
                   .targets = projection.targets,
                   .row_begin = std::vector<std::uint32_t>(projection.sources.count + 1),
                   .targets_of = {},
                   .weight = {},
                   .delay = {}};
  for (const Synapse& synapse : synapses_of(where, simulation, {index}, step)) {
    ++p.row_begin[synapse.source + 1];
    p.targets_of.push_back(synapse.target);
    p.weight.push_back(synapse.weight * resistance);
    p.delay.push_back(synapse.delay);
  }
  std::partial_sum(p.row_begin.begin(), p.row_begin.end(), p.row_begin.begin());
  const auto make_one = [](auto& values, bool& one) {
    one = std::all_of(values.begin(), values.end(), [&](auto each) { return each == values[0]; });
    if (one) values.resize(1);
  };
  if (!projection.plasticity) make_one(p.weight, p.one_weight);
  make_one(p.delay, p.one_delay);
  return p;
}

void refuse_what_is_drawn(const Experiment& experiment) {
  for (const StimulusSection& stimulus : experiment.stimuli)
    refuse(
        fmt::format("stimulus '{}' ({}) reaches its targets without synapses, which a deployed network has no place "
                    "for; let a population of sources (poisson_population, spike_generator) project onto '{}'",
                    stimulus.name, stimulus.model, experiment.populations[stimulus.target.population].name));
  if (experiment.task && experiment.task->encoder.type == "direct_current" && !experiment.task->dataset.is_events())
    refuse(
        "task.encoder.type = \"direct_current\" gives currents, and a deployed network takes spikes; allowed: "
        "poisson_rate, regular_rate, latency");
}

}  // namespace

std::uint32_t StepProjection::largest_delay() const {
  return delay.empty() ? 0 : *std::max_element(delay.begin(), delay.end());
}

std::uint32_t step_of(Time spike, Delay step) {
  return static_cast<std::uint32_t>((spike.ticks + step.ticks - 1) / step.ticks);
}

StepNetwork step_network(const Experiment& experiment, const Simulation& simulation, Delay step) {
  refuse_what_is_drawn(experiment);
  StepNetwork network{.step = step, .populations = {}, .projections = {}, .order = {}};
  std::vector<double> resistance;  // GOhm: what a weight in pA is multiplied by to be in mV
  for (std::uint32_t i = 0; i < experiment.populations.size(); ++i) {
    network.populations.push_back(neurons_of(experiment, simulation, i, step));
    const StepPopulation& p = network.populations.back();
    resistance.push_back(1.0);
    if (!p.currents) continue;
    const Values values(experiment.populations[i]);
    resistance.back() = values["tau_m"] / values["C_m"];
  }
  for (std::uint32_t i = 0; i < simulation.network().projections().size(); ++i)
    network.projections.push_back(
        projection_of(experiment, simulation, i, resistance[simulation.network().projections()[i].target.index], step));
  for (const std::vector<PopulationId>& level : simulation.schedule().populations)
    for (const PopulationId id : level) network.order.push_back(id.index);
  return network;
}

}  // namespace synop
