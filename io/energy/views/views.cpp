#include "synop/io/energy/views/views.hpp"

#include <algorithm>
#include <cmath>

#include "synop/io/energy/views/lemaire.hpp"

namespace synop {

namespace {

double per_inference(double sum, const Activity& activity) {
  return activity.inferences == 0 ? 0.0 : sum / static_cast<double>(activity.inferences);
}

double rate(const LayerActivity& layer) {
  const double elements = static_cast<double>(layer.inputs) * static_cast<double>(layer.evaluations);
  return elements == 0.0 ? 0.0 : static_cast<double>(layer.events) / elements;
}

double all_connections(const LayerActivity& layer) {
  return static_cast<double>(layer.connections) * static_cast<double>(layer.evaluations);
}

// Over all neurons: the sum of neurons x steps.
double neuron_steps(const Activity& activity) {
  double sum = 0.0;
  for (const NeuronActivity& n : activity.neurons)
    sum += static_cast<double>(n.neurons) * static_cast<double>(n.evaluations);
  return sum;
}

double four_digits(double x) {
  return std::round(x * 1e4) / 1e4;
}

}  // namespace

NeuroBenchView neurobench(const Activity& activity) {
  NeuroBenchView view;
  double weights = 0.0, spikes = 0.0;
  for (const LayerActivity& layer : activity.layers) {
    weights += static_cast<double>(layer.connections);
    view.dense += all_connections(layer) + static_cast<double>(layer.gate_products);
    const double effective = static_cast<double>(layer.effective_events + layer.gate_products);
    // Products of states are graded, so a cell with them is one of MACs even where its inputs are spikes.
    (layer.spikes && layer.gate_products == 0 ? view.effective_acs : view.effective_macs) += effective;
  }
  for (const NeuronActivity& n : activity.neurons) {
    spikes += static_cast<double>(n.spikes);
    view.membrane_updates += static_cast<double>(n.changes);
  }
  const double elements = neuron_steps(activity);
  view.activation_sparsity = elements == 0.0 ? 0.0 : 1.0 - spikes / elements;
  const double stored = static_cast<double>(activity.synapses - activity.zero_weights);
  view.connection_sparsity = weights == 0.0 ? 0.0 : four_digits(std::max(0.0, 1.0 - stored / weights));
  for (double* const sum : {&view.dense, &view.effective_acs, &view.effective_macs, &view.membrane_updates})
    *sum = per_inference(*sum, activity);
  view.neuron_ops = neurobench_leaky_ops * view.membrane_updates;
  return view;
}

SyopsView syops(const Activity& activity) {
  SyopsView view;
  for (const LayerActivity& layer : activity.layers) {
    const double dense = static_cast<double>(layer.connections + layer.biases) * static_cast<double>(layer.evaluations);
    (layer.binary ? view.acs : view.macs) += layer.binary ? dense * rate(layer) : dense;
  }
  view.acs = per_inference(view.acs + neuron_steps(activity), activity);
  view.macs = per_inference(view.macs, activity);
  return view;
}

double customary_joules(double acs, double macs) {
  return (0.9 * acs + 4.6 * macs) * 1e-12;
}

SpikingJellyView spikingjelly(const Activity& activity) {
  SpikingJellyView view;
  for (const LayerActivity& layer : activity.layers)
    (layer.binary ? view.synops : view.macs) +=
        layer.binary ? static_cast<double>(layer.dense_events) : all_connections(layer);
  view.synops = per_inference(view.synops, activity);
  view.macs = per_inference(view.macs, activity);
  return view;
}

KerasSpikingView kerasspiking(const Activity& activity) {
  KerasSpikingView view;
  for (const LayerActivity& layer : activity.layers)
    if (layer.inputs != 0)
      view.synaptic_events +=
          static_cast<double>(layer.connections) * layer.input_sum / static_cast<double>(layer.inputs);
  view.synaptic_events = per_inference(view.synaptic_events, activity);
  view.neuron_updates = per_inference(neuron_steps(activity), activity);
  return view;
}

SnnToolboxView snn_toolbox(const Activity& activity) {
  SnnToolboxView view;
  for (const LayerActivity& layer : activity.layers) {
    if (layer.spikes)
      view.synaptic += per_inference(static_cast<double>(layer.dense_events), activity);
    else  // a constant input is multiplied once, at the first step, and added in every one
      view.synaptic +=
          2.0 * static_cast<double>(layer.connections) +
          per_inference(static_cast<double>(layer.outputs) * static_cast<double>(layer.evaluations), activity);
    view.neuron += per_inference(static_cast<double>(layer.biases) * static_cast<double>(layer.evaluations), activity);
    view.ann += 2.0 * static_cast<double>(layer.connections) + static_cast<double>(layer.biases);
  }
  return view;
}

SinabsView sinabs(const Activity& activity) {
  SinabsView view;
  for (const LayerActivity& layer : activity.layers) view.synops += layer.fan_out_sum;
  view.synops = per_inference(view.synops, activity);
  view.per_step = activity.steps == 0 ? 0.0 : view.synops / static_cast<double>(activity.steps);
  return view;
}

std::vector<View> all_views(const Activity& activity) {
  const NeuroBenchView n = neurobench(activity);
  const SyopsView s = syops(activity);
  const SpikingJellyView j = spikingjelly(activity);
  const KerasSpikingView k = kerasspiking(activity);
  const SnnToolboxView t = snn_toolbox(activity);
  const SinabsView b = sinabs(activity);
  const LemaireView l = lemaire(activity);
  return {
      {"NeuroBench",
       {{"Dense", n.dense},
        {"Effective_MACs", n.effective_macs},
        {"Effective_ACs", n.effective_acs},
        {"activation_sparsity", n.activation_sparsity},
        {"connection_sparsity", n.connection_sparsity},
        {"membrane_updates", n.membrane_updates},
        {"neuron_ops", n.neuron_ops}},
       "membrane updates: every step of a leaky neuron; zero weights as they stand at the end"},
      {"syops-counter", {{"ACs", s.acs}, {"MACs", s.macs}, {"modelled_joules", customary_joules(s.acs, s.macs)}}, ""},
      {"SpikingJelly", {{"synops", j.synops}, {"MACs", j.macs}}, "per inference; the tool gives the total of a run"},
      {"KerasSpiking", {{"synaptic_events", k.synaptic_events}, {"neuron_updates", k.neuron_updates}}, ""},
      {"SNN Toolbox",
       {{"synaptic_operations", t.synaptic}, {"neuron_operations", t.neuron}, {"ann_operations", t.ann}},
       ""},
      {"sinabs", {{"synops", b.synops}, {"synops_per_step", b.per_step}}, ""},
      {"Lemaire et al.",
       {{"ACCs", l.accumulations},
        {"MACs", l.macs},
        {"memory_accesses", l.accesses()},
        {"modelled_joules_operations", l.operation_joules},
        {"modelled_joules_memory", l.memory_joules},
        {"modelled_joules_addressing", l.addressing_joules}},
       "int32 at 45 nm with its fit of the energy of RAM"}};
}

}  // namespace synop
