#pragma once

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "io/task_numbers.hpp"

namespace synop::test {

// 20 neurons that learn what `input` sends; nothing is random but the first weights.
inline std::string task(const std::string& input, const std::string& dataset, const std::string& more = "",
                 std::uint32_t size = 2312) {
  return fmt::format(R"(name = "task"
seed = 5
[[population]]
name = "in"
{}
size = {}
[[population]]
name = "exc"
model = "iaf_psc_delta_adaptive"
size = 20
params = {{ tau_m = "30 ms", E_L = "-65 mV", V_reset = "-65 mV", V_th = "-52 mV", t_ref = "5 ms", theta_plus = "0.3 mV", tau_theta = "10000 s" }}
[[projection]]
name = "in_exc"
source = "in"
target = "exc"
rule = "all_to_all"
synapse = "stdp_synapse"
params = {{ tau_plus = "10 ms", tau_minus = "20 ms", lambda = 0.01, alpha = 0.1, mu_plus = 0, mu_minus = 0, Wmax = 3.0 }}
weight = {{ uniform = ["0 mV", "0.9 mV"] }}
delay = "0 ms"
delay_split = "axonal"
[[projection]]
name = "inhibition"
source = "exc"
target = "exc"
rule = "all_to_all"
allow_autapses = false
weight = "-20 mV"
delay = "1 ms"
[task]
type = "unsupervised_classification"
input = "in"
readout = "exc"
presentation = "301 ms"
{}
[task.dataset]
{}
)",
                     input, size, more, dataset);
}

inline const std::string injector = "model = \"spike_train_injector\"";
inline const std::string saccades = "source = \"synthetic_saccades\"";
inline const std::string phases =
    "[[task.phase]]\nrole = \"train\"\nsamples = 12\n[[task.phase]]\nrole = \"label\"\nsamples = 20\n"
    "[[task.phase]]\nrole = \"test\"\nfirst = 20\nsamples = 30\n";

}  // namespace synop::test
