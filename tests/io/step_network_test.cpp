#include "synop/io/deployment/step_network.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/io/deployment/deployable.hpp"
#include "synop/io/deployment/deployed_network.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::ElementsAre;

std::string experiment(const std::string& model, const std::string& params, const std::string& weight,
                       const std::string& more = "") {
  return R"(
seed = 1
[simulation]
duration = "10 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 3
[[population]]
name = "out"
model = ")" +
         model + "\"\nsize = 1\nparams = { " + params + R"( }
[[projection]]
source = "in"
target = "out"
rule = "explicit"
connections = [[0, 0], [1, 0], [2, 0]]
weight = { list = [)" +
         weight + "]}\n" + (more.empty() ? "delay = \"1 ms\"\n" : more);
}

StepNetwork steps_of(const std::string& text, Delay step) {
  const Experiment e = parse_experiment(text, "test.toml", model_catalogue());
  return Deployable(e, 1).steps(step);
}

// The response of a membrane to a jump of its current, R I exp(-t / tau_s), in closed form.
double response(double tau_m, double tau_s, double t) {
  if (tau_m == tau_s) return t / tau_m * std::exp(-t / tau_m);
  return tau_s / (tau_s - tau_m) * (std::exp(-t / tau_s) - std::exp(-t / tau_m));
}

// However long a step is: potentials at its end are those of continuous time if the input comes at the end of one.
TEST(StepNetwork, PotentialsAreExactAtTheEndsOfStepsOfAnyLength) {
  for (const double tau_s : {2.0, 9.998, 10.0, 25.0})
    for (const std::int64_t h : {1, 3, 8})
      for (const Precision precision :
           {Precision{WeightType::float32, StateType::float32}, Precision{WeightType::int16, StateType::int32}}) {
        const StepNetwork network = steps_of(experiment("iaf_psc_exp",
                                                        "tau_m = \"10 ms\", C_m = \"100 pF\", E_L = \"0 mV\", V_th = "
                                                        "\"50 mV\", V_reset = \"0 mV\", tau_syn_ex = " +
                                                            std::to_string(tau_s),
                                                        "\"100 pA\", \"300 pA\", \"-50 pA\""),
                                             Delay{h * ticks_per_ms});
        const Quantised quantised = quantise(network, precision);
        const Buffer image = make_image(network, quantised);
        Buffer ram(header_of(image.bytes()).ram_bytes);
        DeployedNetwork device(image.bytes(), ram.bytes());
        device.set_spike(0, 0);  // 100 pA x 0.1 GOhm = 10 mV, from step 1 on
        for (int k = 0; k < 12; ++k) {
          device.step();
          const double expected = k < 1 ? 0.0 : 10.0 * response(10.0, tau_s, static_cast<double>((k - 1) * h));
          EXPECT_NEAR(device.potential(1, 0) * quantised.populations[1].unit, expected, 2e-4)
              << tau_s << " " << h << " " << k;
        }
      }
}

TEST(StepNetwork, RoundsDelaysToTheNearestStepButNeverToNone) {
  const auto delays = [](const std::string& list, std::int64_t parts) {
    return steps_of(
               experiment("iaf_psc_delta", "", "\"1 mV\", \"2 mV\", \"3 mV\"", "delay = { list = [" + list + "] }\n"),
               Delay{ticks_per_ms / parts})
        .projections[0]
        .delay;
  };
  EXPECT_THAT(delays("\"0.1 ms\", \"1.4 ms\", \"1.6 ms\"", 1), ElementsAre(1, 1, 2));
  EXPECT_THAT(delays("\"0.1 ms\", \"1.4 ms\", \"1.6 ms\"", 10), ElementsAre(1, 14, 16));
  EXPECT_THAT(delays("\"0.4 ms\", \"0.4 ms\", \"0.4 ms\"", 1), ElementsAre(1));  // one for all
  EXPECT_EQ(step_of(Time{}, Delay{ticks_per_ms}), 0u);
  EXPECT_EQ(step_of(Time{1}, Delay{ticks_per_ms}), 1u);
  EXPECT_EQ(step_of(Time{ticks_per_ms}, Delay{ticks_per_ms}), 1u);
}

TEST(StepNetwork, MeasuresPotentialsFromWhereANeuronWouldRest) {
  const StepNetwork network =
      steps_of(experiment("iaf_psc_delta", "tau_m = \"10 ms\", C_m = \"250 pF\", I_e = \"100 pA\"",
                          "\"1 mV\", \"2 mV\", \"2 mV\""),
               Delay{ticks_per_ms});
  const StepPopulation& p = network.populations[1];  // E_L -70, V_th -55, V_reset -70 mV; R I = 4 mV
  EXPECT_DOUBLE_EQ(p.threshold[0], 11.0);
  EXPECT_DOUBLE_EQ(p.reset, -4.0);
  EXPECT_THAT(p.initial, ElementsAre(-4.0));
  EXPECT_EQ(p.refractory_steps, 2u);
}

}  // namespace
}  // namespace synop
