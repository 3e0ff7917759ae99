#include "synop/io/nir/detail/exported_node.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/neuron_population.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"
#include "synop/neurons/iaf_psc_exp_varied.hpp"
#include "synop/neurons/if_psc_delta.hpp"

namespace synop::nir::detail {

namespace {

constexpr double s_per_ms = 1e-3;

[[noreturn]] void refuse(const Population& population, const std::string& problem) {
  throw Error(ErrorKind::model,
              fmt::format("population '{}' ({}): {}", population.name, population.model->name(), problem));
}

// The parameters of every neuron, or nothing if the population is of another model.
template <NeuronModel M, VariedModel V>
std::vector<M> neurons_of(const Population& population) {
  std::vector<M> neurons;
  if (const auto* const equal = dynamic_cast<const NeuronPopulation<M>*>(population.model.get())) {
    neurons.assign(population.size, equal->model());
  } else if (const auto* const differing = dynamic_cast<const VariedPopulation<V>*>(population.model.get())) {
    for (std::uint32_t i = 0; i < population.size; ++i) neurons.push_back(differing->neuron(i));
  }
  return neurons;
}

template <class M>
void refuse_refractoriness(const Population& population, const std::vector<M>& neurons) {
  for (const M& neuron : neurons)
    if (neuron.t_ref != 0.0)
      refuse(population, fmt::format("t_ref = {} ms; NIR has no refractory time, allowed: 0", neuron.t_ref));
}

template <class M, class Value>
void set(Node& node, const char* dataset, const std::vector<M>& neurons, Value value) {
  Array array{{neurons.size()}, {}};
  for (const M& neuron : neurons) array.values.push_back(value(neuron));
  node.parameters[dataset] = std::move(array);
}

template <class M>
void set_threshold(Node& node, const std::vector<M>& neurons) {
  set(node, "v_threshold", neurons, [](const M& m) { return m.V_th; });
  set(node, "v_reset", neurons, [](const M& m) { return m.V_reset; });
}

template <class M>
double leak_of(const M& m) {
  return m.I_e == 0.0 ? m.E_L : m.E_L + m.resistance() * m.I_e;
}

Node lif(const Population& population, const std::vector<IafPscDelta>& neurons) {
  Node node;
  node.kind = NodeKind::lif;
  refuse_refractoriness(population, neurons);
  for (const char* dataset : {"tau", "r"})
    set(node, dataset, neurons, [](const auto& m) { return m.tau_m * s_per_ms; });
  set(node, "v_leak", neurons, leak_of<IafPscDelta>);
  set_threshold(node, neurons);
  return node;
}

Node cuba_lif(const Population& population, const std::vector<IafPscExp>& neurons) {
  Node node;
  node.kind = NodeKind::cuba_lif;
  refuse_refractoriness(population, neurons);
  for (const IafPscExp& m : neurons)
    if (m.tau_syn_ex != m.tau_syn_in)
      refuse(population,
             fmt::format(
                 "tau_syn_ex = {} ms and tau_syn_in = {} ms; NIR has one synaptic time constant, allowed: equal ones",
                 m.tau_syn_ex, m.tau_syn_in));
  for (const char* dataset : {"tau_syn", "w_in"})
    set(node, dataset, neurons, [](const auto& m) { return m.tau_syn_ex * s_per_ms; });
  set(node, "tau_mem", neurons, [](const auto& m) { return m.tau_m * s_per_ms; });
  set(node, "r", neurons, [](const auto& m) { return m.resistance(); });
  set(node, "v_leak", neurons, leak_of<IafPscExp>);
  set_threshold(node, neurons);
  return node;
}

Node perfect(const Population& population, const std::vector<IfPscDelta>& neurons, std::vector<double>& bias) {
  Node node;
  node.kind = NodeKind::if_;
  refuse_refractoriness(population, neurons);
  for (const IfPscDelta& m : neurons)
    if (m.subtracts() && m.V_reset != 0.0)
      refuse(population, fmt::format("a spike subtracts V_th - V_reset with V_reset = {} mV, and v_threshold in NIR; allowed: V_reset = 0",
                                     m.V_reset));
  set(node, "r", neurons, [](const auto&) { return 1.0; });
  set_threshold(node, neurons);
  for (const IfPscDelta& m : neurons) bias.push_back(m.I_e / (m.C_m * s_per_ms));
  if (std::all_of(bias.begin(), bias.end(), [](double b) { return b == 0.0; })) bias.clear();
  return node;
}

}  // namespace

bool resets_by_subtraction(const Population& population) {
  const std::vector<IfPscDelta> neurons = neurons_of<IfPscDelta, IfPscDeltaVaried>(population);
  return !neurons.empty() && neurons.front().subtracts();
}

ExportedNode exported_node(const Population& population) {
  ExportedNode result;
  if (!population.model->accepts_input()) {
    result.node.kind = NodeKind::input;
    result.node.parameters["shape"] = {{1}, {static_cast<double>(population.size)}};
  } else if (const auto delta = neurons_of<IafPscDelta, IafPscDeltaVaried>(population); !delta.empty()) {
    result.node = lif(population, delta);
  } else if (const auto exp = neurons_of<IafPscExp, IafPscExpVaried>(population); !exp.empty()) {
    result.node = cuba_lif(population, exp);
  } else if (const auto none = neurons_of<IfPscDelta, IfPscDeltaVaried>(population); !none.empty()) {
    result.node = perfect(population, none, result.bias);
  } else {
    refuse(population,
           "NIR has no such model; allowed: iaf_psc_delta, iaf_psc_exp, if_psc_delta and sources of spikes");
  }
  result.node.name = population.name;
  return result;
}

}  // namespace synop::nir::detail
