// Parameters that differ between the neurons of a population, in experiment files.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string experiment_with(const std::string& params, const std::string& model = "iaf_psc_delta") {
  return fmt::format(
      "[simulation]\nduration = 100\n[[population]]\nname = \"p\"\nmodel = \"{}\"\nsize = 3\nparams = {{ {} }}\n",
      model, params);
}

TEST(VariedParameters, OfAFileAreThoseOfTheCppInterface) {
  const std::string params =
      "E_L = -65, tau_m = { uniform = [\"10 ms\", \"20 ms\"] }, I_e = { list = [900, \"1 nA\", 1100] }, "
      "V_th = { normal = [-50, 1] }";
  const Experiment experiment = parse_experiment(experiment_with(params), "varied.toml", model_catalogue());
  const auto hash_of = [](NetworkBuilder builder) {
    const Network network = builder.build();
    Simulation simulation(network);
    SpikeHash hash;
    simulation.attach(hash);
    simulation.run_until(Time::from_ms(100.0));
    EXPECT_GT(hash.count(), 10u);
    return hash.value();
  };
  NetworkBuilder same(1);
  same.add_population("p", 3,
                      varied({.E_L = -65.0}, {{"tau_m", uniform(10.0, 20.0)},
                                              {"I_e", {.kind = Distribution::list, .values = {900.0, 1000.0, 1100.0}}},
                                              {"V_th", normal(-50.0, 1.0)}}));
  EXPECT_EQ(hash_of(compose(experiment)), hash_of(std::move(same)));
}

TEST(VariedParameters, AreShownByCheckAndModels) {
  const CliCall checked = ExperimentFolder(experiment_with("tau_m = { uniform = [10, 20] }")).check();
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("tau_m = uniform [10, 20) ms"));
  EXPECT_EQ(model_catalogue().find(ModelKind::neuron, "iaf_psc_delta")->parameters.front().may_vary, true);
}

TEST(VariedParameters, AreRefusedWithWhatIsAllowed) {
  const auto refusal = [](const std::string& params, const std::string& model = "iaf_psc_delta") {
    const ExperimentFolder folder(experiment_with(params, model));
    const CliCall checked = folder.check();
    EXPECT_EQ(checked.code, 3) << params;
    EXPECT_EQ(folder.run().code, 3) << params;
    return checked.err;
  };
  EXPECT_THAT(refusal("g = { uniform = [1, 2] }"), HasSubstr("has no parameter 'g'"));
  EXPECT_THAT(refusal("V_th = { list = [-50, -51] }"), HasSubstr("one for each of the 3 neurons"));
  EXPECT_THAT(refusal("V_th = { list = [-50, -51, -70] }"),
              AllOf(HasSubstr("population 'p': neuron 2"), HasSubstr("V_reset = -70 mV"), HasSubstr("V_th = -70")));
  EXPECT_THAT(refusal("V_th = { list = [-50, -51, 1e7] }"), HasSubstr("V_th"));
  EXPECT_THAT(refusal("tau_m = { normal = [10, 1] }"), HasSubstr("low >= 0.001"));
  EXPECT_THAT(refusal("tau_theta = { uniform = [10, 20] }", "iaf_psc_delta_adaptive"),
              HasSubstr("allowed to differ in iaf_psc_delta_adaptive: none"));
}

// Of weights too: no draw comes near the ends of their range.
TEST(VariedParameters, MayBeNormalWithoutBoundsWhereTheirRangeHasBothSigns) {
  const std::string file =
      experiment_with("V_th = { normal = [-50, 1] }") +
      "[[projection]]\nsource = \"p\"\ntarget = \"p\"\nrule = \"all_to_all\"\nweight = { normal = [0.1, 0.01] }\n";
  const CliCall checked = ExperimentFolder(file).check();
  EXPECT_EQ(checked.code, 0) << checked.err;
}

}  // namespace
}  // namespace synop
