#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace synop::test {

// Experiments that can be deployed, small, one for each way synapses lie in memory and each model.
inline const std::vector<std::pair<std::string, std::string>>& deployable_experiments() {
  static const std::string head = R"(
seed = 3
[simulation]
duration = "200 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 30
params = { rate = "60 Hz" }
)";
  static const std::string lif = R"(
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 21
params = { tau_m = "20 ms", E_L = "0 mV", V_th = "15 mV", V_reset = "0 mV", t_ref = "2 ms" }
)";
  static const std::vector<std::pair<std::string, std::string>> all{
      {"feed-forward, dense", head + lif + R"(
[[projection]]
source = "in"
target = "exc"
rule = "all_to_all"
weight = { uniform = ["-0.2 mV", "1.0 mV"] }
delay = "1 ms"
)"},
      {"feed-forward, sparse, one weight, no delay, initial potentials", head + lif + R"(
V_m = { uniform = ["0 mV", "15 mV"] }
[[projection]]
source = "in"
target = "exc"
rule = "pairwise_bernoulli"
p = 0.2
weight = "1.5 mV"
delay = "0 ms"
)"},
      {"recurrent, many delays, slices, multapses", head + lif + R"(
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
)"},
      {"lateral inhibition without self", head + lif + R"(
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
)"},
      {"exponential currents, refractory counters of two bytes", head + R"(
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
)"},
      {"no leak, reset by subtraction", head + R"(
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
)"}};
  return all;
}

}  // namespace synop::test
