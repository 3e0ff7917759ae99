#include "synop/neurons/iaf_psc_exp_varied.hpp"

#include <algorithm>

namespace synop {

using Dynamics = IafPscExpVaried::Dynamics;

namespace {

// What the common dynamics say of the potential of a refractory neuron: their reset potential, which is not used. No
// parameter can be it.
constexpr double refractory = 1e3 * any_potential.low;

// A neuron with the threshold of the first, at rest at 0 mV and without a current.
IafPscExp common_neuron(const IafPscExpVaried& model) {
  IafPscExp common = model.neurons.front();
  common.E_L = 0.0;
  common.I_e = 0.0;
  common.V_reset = refractory;
  return common;
}

}  // namespace

std::unique_ptr<PopulationModel> varied(const IafPscExp& common, std::vector<VariedParameter> parameters) {
  return std::make_unique<VariedPopulation<IafPscExpVaried>>(common, std::move(parameters));
}

std::unique_ptr<Block> IafPscExpVaried::make_block(BlockRequest request) const {
  const IafPscExp& first = neurons.front();
  const bool equal = std::all_of(neurons.begin(), neurons.end(), [&](const IafPscExp& n) {
    return n.tau_m == first.tau_m && n.C_m == first.C_m && n.tau_syn_ex == first.tau_syn_ex && n.tau_syn_in == first.tau_syn_in;
  });
  if (equal) return std::make_unique<NeuronBlock<IafPscExpVaried>>(*this, std::move(request));
  return std::make_unique<NeuronBlock<IafPscExpOwnTimeConstants>>(IafPscExpOwnTimeConstants{*this}, std::move(request));
}

IafPscExpOwnTimeConstants::Dynamics::Dynamics(const IafPscExpOwnTimeConstants& model, std::uint32_t neurons)
    : PscNeurons(IafPscExp::name, PscShape::exponential, psc_parameters(model.neurons), neurons) {}

Dynamics::Dynamics(const IafPscExpVaried& model, std::uint32_t neurons)
    : model_(model), equal_(common_neuron(model), neurons) {
  restart({});
}

void Dynamics::restart(Time now) {
  equal_.restart(now);
  for (std::uint32_t i = 0; i < model_.neurons.size(); ++i) {
    const IafPscExp& own = model_.neurons[i];
    equal_.add_current(i, 1, own.I_e + (own.E_L + shift(i)) / own.resistance(), {});
    set_value("V_m", i, own.E_L, {});
  }
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) {
  const double x = equal_.value(variable, i, t);
  if (variable != "V_m") return x;
  return x == refractory ? model_.neurons[i].V_reset : x - shift(i);
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  equal_.set_value(variable, i, variable == "V_m" ? value + shift(i) : value, t);
}

}  // namespace synop
