#pragma once

#include <string>

#include <gtest/gtest.h>

namespace synop {

// Digits learnt by 20 neurons, small enough for a test; the sets of images do not overlap.
inline constexpr const char* small_task = R"(name = "task"
seed = 5

[[population]]
name = "pixels"
model = "poisson_population"
size = 784

[[population]]
name = "exc"
model = "iaf_psc_delta_adaptive"
size = 20
params = { tau_m = "100 ms", E_L = "-65 mV", V_reset = "-65 mV", V_th = "-52 mV", t_ref = "5 ms", theta_plus = "0.5 mV", tau_theta = "10000 s" }

[[projection]]
name = "pixels_exc"
source = "pixels"
target = "exc"
rule = "all_to_all"
synapse = "stdp_synapse"
params = { tau_plus = "20 ms", tau_minus = "20 ms", lambda = 0.01, alpha = 0.1, mu_plus = 0, mu_minus = 0, Wmax = 1.0 }
weight = { uniform = ["0 mV", "0.3 mV"] }
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

[[stimulus]]
model = "poisson_generator"
target = "exc"
rate = "200 Hz"
weight = "0.3 mV"

[task]
type = "unsupervised_classification"
input = "pixels"
readout = "exc"
presentation = "100 ms"

[task.dataset]
source = "generated"

[task.between_samples]
normalize = { projection = "pixels_exc", total = 78.4 }
repeat_when_silent = { min_spikes = 5, rate_step = "32 Hz", max_repeats = 3 }

[[task.phase]]
role = "train"
samples = 60

[[task.phase]]
role = "label"
first = 60
samples = 40

[[task.phase]]
role = "test"
first = 100
samples = 40
)";

inline std::string with(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

}  // namespace synop
