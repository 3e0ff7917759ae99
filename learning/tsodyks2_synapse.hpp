#pragma once

#include <array>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/learning/trace_decay.hpp"

namespace synop {

// Short-term plasticity: depression by spent resources, facilitation of their use (name and symbols: NEST).
//
//   a spike transmits x u w; from one spike to the next, h later,
//
//   x' = 1 + (x - x u - 1) exp(-h / tau_rec)       the share of resources that has recovered
//   u' = U + u (1 - U) exp(-h / tau_fac)           the share of them that a spike uses
//
// with x = 1 and u = U at the first spike. tau_fac = 0 switches facilitation off: u stays U. The weight w itself stays.
// The state follows from the spikes of the source alone, so all its synapses of a projection share it.
//
//   U         0.5      use of resources by a spike after long silence
//   tau_rec   800 ms   of recovery
//   tau_fac   0 ms     of facilitation
//
// Tsodyks & Markram (1997) PNAS 94:719; Fuhrmann, Segev, Markram & Tsodyks (2002) J. Neurophysiol. 87:140; Maass &
// Markram (2002) Neural Netw. 15:155, eqs. 4 and 5.
struct Tsodyks2Synapse {
  static constexpr std::string_view name = "tsodyks2_synapse";
  static constexpr std::string_view doc = "short-term depression and facilitation, exact between spikes";
  static constexpr std::string_view source = "Tsodyks & Markram 1997, PNAS 94:719; Maass & Markram 2002";

  double U = 0.5;
  double tau_rec = 800.0;  // ms
  double tau_fac = 0.0;    // ms

  struct State {
    double x;
    double u;
  };
  State rested() const { return {1.0, U}; }
  State next(const State& last, Delay h) const {
    const double facilitation = tau_fac > 0.0 ? TraceDecay(tau_fac)(h) : 0.0;
    return {1.0 + (last.x - last.x * last.u - 1.0) * TraceDecay(tau_rec)(h), U + last.u * (1.0 - U) * facilitation};
  }
  double efficacy(const State& state) const { return state.x * state.u; }

  static constexpr auto parameter_table() {
    using P = Parameter<Tsodyks2Synapse>;
    return std::array{
        P{{"U", "", unit_interval, "use of resources by a spike after long silence"}, &Tsodyks2Synapse::U},
        P{{"tau_rec", "ms", {.low = 1e-3, .high = 1e6}, "time constant of recovery"}, &Tsodyks2Synapse::tau_rec},
        P{{"tau_fac", "ms", {.low = 0.0, .high = 1e6}, "time constant of facilitation; 0: none"},
          &Tsodyks2Synapse::tau_fac},
    };
  }
  void validate() const { check_parameters(*this); }
};

}  // namespace synop
