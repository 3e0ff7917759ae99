#pragma once

#include <string>
#include <utility>
#include <vector>

namespace synop::test {

// What the experiments below are put together from.
namespace deployable {

inline const std::string inputs = R"(
seed = 3
[simulation]
duration = "200 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 30
params = { rate = "60 Hz" }
)";

inline const std::string lif_neurons = R"(
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 21
params = { tau_m = "20 ms", E_L = "0 mV", V_th = "15 mV", V_reset = "0 mV", t_ref = "2 ms" }
)";

inline const std::string dense = R"(
[[projection]]
source = "in"
target = "exc"
rule = "all_to_all"
weight = { uniform = ["-0.2 mV", "1.0 mV"] }
delay = "1 ms"
)";

inline const std::string sparse = R"(
V_m = { uniform = ["0 mV", "15 mV"] }
[[projection]]
source = "in"
target = "exc"
rule = "pairwise_bernoulli"
p = 0.2
weight = "1.5 mV"
delay = "0 ms"
)";

inline const std::string recurrent = R"(
[[projection]]
source = "in[3:17]"
target = "exc[2:20]"
rule = "fixed_indegree"
indegree = 12
weight = { uniform = ["0.5 mV", "1.5 mV"] }
delay = { uniform = ["0.4 ms", "9 ms"] }
[[projection]]
source = "exc"
target = "exc"
rule = "pairwise_bernoulli"
p = 0.2
weight = { normal = ["-1 mV", "0.5 mV"] }
delay = { uniform = ["1 ms", "30 ms"] }
)";

inline const std::string lateral_inhibition = R"(
[[projection]]
source = "in"
target = "exc"
rule = "all_to_all"
weight = { uniform = ["0.2 mV", "0.9 mV"] }
delay = "0 ms"
[[projection]]
source = "exc"
target = "exc"
rule = "all_to_all"
allow_autapses = false
weight = "-4 mV"
delay = "1 ms"
[[projection]]
name = "own"
source = "exc"
target = "exc"
rule = "all_to_all"
allow_autapses = false
weight = { uniform = ["-0.3 mV", "0.3 mV"] }
delay = "2 ms"
)";

inline const std::string exponential_currents = R"(
[[population]]
name = "exc"
model = "iaf_psc_exp"
size = 40
params = { tau_m = "10 ms", tau_syn_ex = "2 ms", tau_syn_in = "5 ms", E_L = "-70 mV", V_th = "-55 mV", V_reset = "-70 mV", t_ref = "65 ms", I_e = "100 pA" }
[[population]]
name = "out"
model = "iaf_psc_exp"
size = 5
params = { t_ref = "0 ms", I_e = "400 pA" }
[[projection]]
source = "in"
target = "exc"
rule = "pairwise_bernoulli"
p = 0.5
weight = { normal = ["130 pA", "150 pA"] }
delay = "0.1 ms"
[[projection]]
source = "exc"
target = "out"
rule = "all_to_all"
weight = { uniform = ["-50 pA", "150 pA"] }
delay = "1 ms"
)";

inline const std::string no_leak = R"(
[[population]]
name = "exc"
model = "if_psc_delta"
size = 12
params = { V_th = "1 mV", V_reset = "0 mV", t_ref = "0 ms", reset_by_subtraction = 1 }
[[projection]]
source = "in"
target = "exc"
rule = "all_to_all"
weight = { uniform = ["-0.2 mV", "0.4 mV"] }
delay = "0 ms"
)";

}  // namespace deployable

// Experiments that can be deployed, small, one for each way synapses lie in memory and each model: titles and texts.
inline std::vector<std::pair<std::string, std::string>> deployable_experiments() {
  using namespace deployable;
  return {{"feed-forward, dense", inputs + lif_neurons + dense},
          {"feed-forward, sparse, one weight, no delay, initial potentials", inputs + lif_neurons + sparse},
          {"recurrent, many delays, slices, multapses", inputs + lif_neurons + recurrent},
          {"lateral inhibition without self", inputs + lif_neurons + lateral_inhibition},
          {"exponential currents, refractory counters of two bytes", inputs + exponential_currents},
          {"no leak, reset by subtraction", inputs + no_leak}};
}

}  // namespace synop::test
