#pragma once

#include "synop/io/experiment/catalogue.hpp"

namespace synop::test {

// Models enough to test experiment files, with every unit and every kind of range.
inline Catalogue fake_catalogue() {
  const Range open_unit{.low = 0.0, .high = 1.0, .low_open = true, .high_open = true};
  Catalogue catalogue;
  catalogue.models = {
      {.name = "iaf_psc_delta",
       .kind = ModelKind::neuron,
       .weight_unit = "mV",
       .parameters = {{{"tau_m", "ms", positive, "membrane time constant"}, 10.0},
                      {{"C_m", "pF", positive, "capacitance"}, 250.0},
                      {{"E_L", "mV", any_value, "resting potential"}, -70.0},
                      {{"V_th", "mV", any_value, "threshold"}, -55.0},
                      {{"t_ref", "ms", non_negative, "refractory period"}, 2.0},
                      {{"I_e", "pA", any_value, "constant current"}, 0.0}}},
      {.name = "iaf_psc_exp",
       .kind = ModelKind::neuron,
       .weight_unit = "pA",
       .parameters = {{{"tau_syn_ex", "ms", positive, "time constant"}, 2.0},
                      {{"g_L", "nS", positive, "leak"}, 10.0},
                      {{"R", "MOhm", positive, "resistance"}, 40.0}}},
      {.name = "poisson_population",
       .kind = ModelKind::source,
       .parameters = {{{"rate", "Hz", non_negative, "rate of each neuron"}, 0.0}}},
      {.name = "spike_generator", .kind = ModelKind::source},
      {.name = "poisson_generator",
       .kind = ModelKind::stimulus,
       .parameters = {{{"rate", "Hz", non_negative, "rate of each train"}, 0.0},
                      {{"start", "ms", non_negative, "begin"}, 0.0}}},
      {.name = "dc_generator",
       .kind = ModelKind::stimulus,
       .parameters = {{{"amplitude", "pA", any_value, "current"}, 0.0}}},
      {.name = "static_synapse", .kind = ModelKind::synapse},
      {.name = "stdp_synapse",
       .kind = ModelKind::synapse,
       .parameters = {{{"tau_plus", "ms", positive, "time constant"}, 20.0},
                      {{"lambda", "", open_unit, "learning rate"}, 0.01},
                      {{"Wmax", "", any_value, "largest weight"}, 100.0}}},
  };
  return catalogue;
}

}  // namespace synop::test
