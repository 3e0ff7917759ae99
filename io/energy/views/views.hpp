#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synop/io/energy/views/layer_activity.hpp"

namespace synop {

// The same activity as other tools count it. Everything is per inference. docs/energy_views.md says how the definitions
// differ, and which errors of the tools are not repeated here.

// NeuroBench (commit e521c28): weights that are zero are not counted; inputs other than 0, 1, -1 make MACs; no biases.
struct NeuroBenchView {
  double dense = 0.0;  // "Dense": all weights and inputs taken as other than zero
  double effective_macs = 0.0;
  double effective_acs = 0.0;
  double activation_sparsity = 0.0;  // 1 - spikes / (neurons x steps), over all layers of neurons
  double connection_sparsity = 0.0;  // of the dense weight matrices, four digits
  double membrane_updates = 0.0;
  double neuron_ops = 0.0;  // of snnTorch's Leaky (reset by subtraction): 4 per update
};
NeuroBenchView neurobench(const Activity& activity);
inline constexpr double neurobench_leaky_ops = 4.0;

// syops-counter (4232f77): dense operations times the mean rate of the inputs; one AC per neuron and step.
struct SyopsView {
  double acs = 0.0;
  double macs = 0.0;
};
SyopsView syops(const Activity& activity);
// 0.9 pJ per AC and 4.6 pJ per MAC, in J.
double customary_joules(double acs, double macs);

// SpikingJelly (afb1322), SynOpCounter and MACCounter: binary inputs make synaptic operations, others MACs.
struct SpikingJellyView {
  double synops = 0.0;
  double macs = 0.0;
};
SpikingJellyView spikingjelly(const Activity& activity);

// KerasSpiking (b28875a), ModelEnergy: connections times mean rate; every neuron in every step.
struct KerasSpikingView {
  double synaptic_events = 0.0;
  double neuron_updates = 0.0;
  double joules(double per_event, double per_update) const {
    return synaptic_events * per_event + neuron_updates * per_update;
  }
};
KerasSpikingView kerasspiking(const Activity& activity);

// SNN Toolbox: operations of the network in spikes, and of its ANN (two per MAC, one per bias).
struct SnnToolboxView {
  double synaptic = 0.0;
  double neuron = 0.0;  // one per neuron that has a bias, in every step
  double ann = 0.0;
  double mops() const { return (synaptic + neuron) * 1e-6; }
};
SnnToolboxView snn_toolbox(const Activity& activity);

// sinabs: the sum of the inputs times their fan-out, whatever their values.
struct SinabsView {
  double synops = 0.0;
  double per_step = 0.0;
};
SinabsView sinabs(const Activity& activity);

// A view as a report shows it.
struct Quantity {
  std::string name;
  double value = 0.0;
};
struct View {
  std::string tool;
  std::vector<Quantity> quantities;
  std::string remark;  // what of it is not known of this run, or taken another way
};
std::vector<View> all_views(const Activity& activity);

}  // namespace synop
