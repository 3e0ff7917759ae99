// Deployed networks against the exact simulator: through run_deployed() and the commands.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"
#include "support/deployed_networks.hpp"
#include "support/places.hpp"
#include "synop/core/error.hpp"
#include "synop/io/deployment/detail/deployed_run.hpp"
#include "synop/io/deployment/deployment_report.hpp"
#include "synop/io/deployment/run_deployed.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr Precision wide{WeightType::int16, StateType::int32};

// Spikes of the exact network and of the deployed one, of population 1.
std::pair<std::vector<Spike>, std::vector<Spike>> both(const std::string& text, Precision precision, Delay step) {
  const Experiment experiment = parse_experiment(text, "test.toml", model_catalogue());
  const Deployable deployable(experiment, 1);
  Simulation simulation(deployable.network(), {.threads = 1});
  SpikeRecorder in(PopulationId{0}), out(PopulationId{1});
  simulation.attach(in);
  simulation.attach(out);
  simulation.run(experiment.simulation.duration);
  const StepNetwork steps = deployable.steps(step);
  const Buffer image = make_image(steps, quantise(steps, precision));
  DeployedRun run(image.bytes(), step);
  run.run({in.spikes(), {}}, experiment.simulation.duration);
  return {out.spikes(), run.spikes(1)};
}

// One neuron, a few inputs: every spike comes at its exact time, rounded up to a step and to the error of the integers.
TEST(Deployment, ConvergesToExactSpikesAsStepsBecomeShort) {
  const std::string one = R"(
seed = 4
[simulation]
duration = "300 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 20
params = { rate = "40 Hz" }
[[population]]
name = "out"
model = "MODEL"
size = 3
params = { tau_m = "15 ms", E_L = "0 mV", V_th = "15 mV", V_reset = "0 mV", t_ref = "2 ms" EXTRA }
[[projection]]
source = "in"
target = "out"
rule = "all_to_all"
weight = { uniform = ["WEIGHT", "WEIGHT2"] }
delay = "1.5 ms"
)";
  const auto filled = [](std::string text, const std::vector<std::pair<std::string, std::string>>& words) {
    for (const auto& [word, value] : words) text.replace(text.find(word), word.size(), value);
    return text;
  };
  const std::string jumps =
      filled(one, {{"MODEL", "iaf_psc_delta"}, {"EXTRA", ""}, {"WEIGHT2", "2.9 mV"}, {"WEIGHT", "1.1 mV"}});
  const std::string currents = filled(one, {{"MODEL", "iaf_psc_exp"},
                                            {"EXTRA", ", tau_syn_ex = \"4 ms\", C_m = \"150 pF\""},
                                            {"WEIGHT2", "190 pA"},
                                            {"WEIGHT", "70 pA"}});
  for (const std::string& text : {jumps, currents})
    for (const Precision precision : {wide, Precision{WeightType::float32, StateType::float32}})
      for (const std::int64_t parts : {100, 1000}) {
        SCOPED_TRACE(std::string(text == jumps ? "jumps " : "currents ") + std::to_string(parts));
        const Delay step{ticks_per_ms / parts};
        auto [exact, deployed] = both(text, precision, step);
        ASSERT_GT(exact.size(), 50u);
        ASSERT_EQ(deployed.size(), exact.size());
        const auto by_neuron = [](const Spike& a, const Spike& b) { return a.neuron < b.neuron; };
        std::stable_sort(exact.begin(), exact.end(), by_neuron);
        std::stable_sort(deployed.begin(), deployed.end(), by_neuron);
        Delay worst, sum;
        for (std::size_t i = 0; i < exact.size(); ++i) {
          ASSERT_EQ(deployed[i].neuron, exact[i].neuron);
          const Delay error = std::max(deployed[i].time - exact[i].time, exact[i].time - deployed[i].time);
          worst = std::max(worst, error);
          sum = sum + error;
        }
        // Jumps cross with an input, which its step rounds up. A current may just graze the threshold, and such a
        // crossing moves by the root of what moves the potential, and with it those that follow.
        EXPECT_LE(worst.ms(), text == jumps ? step.ms() : 5.0 * std::sqrt(step.ms()));
        EXPECT_LE(sum.ms(), 20.0 * step.ms() * static_cast<double>(exact.size()));
      }
}

TEST(Deployment, FollowsTheExactNetworkInEveryKindOfNetwork) {
  for (const auto& [title, text] : test::deployable_experiments()) {
    SCOPED_TRACE(title);
    const Experiment experiment = parse_experiment(text, "test.toml", model_catalogue());
    const DeploymentResult result =
        run_deployed(Deployable(experiment, 1), {.precision = wide, .step = Delay{ticks_per_ms / 100}});
    ASSERT_FALSE(result.populations.empty());
    const DeployedPopulation& p = result.populations.front();
    EXPECT_GT(p.exact, 10u);
    EXPECT_NEAR(static_cast<double>(p.deployed), static_cast<double>(p.exact),
                0.05 * static_cast<double>(p.exact) + 2.0);
    EXPECT_GT(p.exact_deployed.share(), 0.85);
    EXPECT_GE(p.clocked_deployed.share(), 0.9);
  }
}

void expect_refused(std::string text, const std::string& from, const std::string& to, const std::string& why) {
  text.replace(text.find(from), from.size(), to);
  const ExperimentFolder folder(text);
  const CliCall refused = call({"deploy", folder.file()});
  EXPECT_EQ(refused.code, 3) << to;
  EXPECT_THAT(refused.err, HasSubstr(why));
  EXPECT_EQ(call({"footprint", folder.file()}).code, 3) << to;
}

TEST(Deployment, NamesWhatCannotBeDeployed) {
  const std::string text = test::deployable_experiments()[0].second;
  expect_refused(text, "tau_m = \"20 ms\"", "tau_m = { uniform = [\"10 ms\", \"20 ms\"] }",
                 "'tau_m' differs between its neurons");
  expect_refused(test::deployable_experiments()[4].second, "model = \"iaf_psc_exp\"", "model = \"iaf_psc_alpha\"",
                 "population 'exc': iaf_psc_alpha cannot be deployed; allowed: iaf_psc_delta, iaf_psc_delta_adaptive");
  expect_refused(text, "model = \"iaf_psc_delta\"", "model = \"iaf_psc_delta_adaptive\"",
                 "thresholds that adapt (theta_plus = 0.05 mV)");
  expect_refused(text, "t_ref = \"2 ms\"", "t_ref = \"100 s\"",
                 "t_ref of 100000 ms is 100000 steps of 1 ms; allowed: at most 65535");
  expect_refused(text, "[[projection]]",
                 "[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nrate = \"1 kHz\"\n[[projection]]",
                 "stimulus 'poisson_generator' (poisson_generator) reaches its targets without synapses");
  expect_refused(text, "weight = { uniform = [\"-0.2 mV\", \"1.0 mV\"] }",
                 "weight = \"1 mV\"\nsynapse = \"stdp_synapse\"\nparams = { Wmax = 2 }",
                 "projection 'in_exc' is plastic");
}

TEST(Deployment, FootprintAcceptsOrRefusesWithExitCodeFive) {
  const ExperimentFolder folder(test::deployable_experiments()[0].second);
  const CliCall fits = call({"footprint", folder.file(), "--sram", "128", "--flash", "1k"});
  EXPECT_EQ(fits.code, 0) << fits.err;
  EXPECT_THAT(fits.out, HasSubstr("it fits"));
  const CliCall refused = call({"footprint", folder.file(), "--sram", "127", "--json"});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("refused: RAM needs 128 bytes and there are 127"));
  EXPECT_EQ(refused.json().at("fits"), false);
  EXPECT_EQ(refused.json().at("ram_bytes"), 128);
  EXPECT_EQ(refused.json().at("precisions").size(), 5u);
  EXPECT_EQ(call({"deploy", folder.file(), "--sram", "127"}).code, 5);
  EXPECT_EQ(call({"footprint", folder.file(), "--sram", "lots"}).code, 2);
  EXPECT_EQ(call({"footprint", folder.file(), "--weights", "int9"}).code, 2);
  EXPECT_EQ(call({"footprint", folder.file(), "--step", "0 ms"}).code, 2);
  EXPECT_EQ(call({"footprint", folder.path("none.toml")}).code, 4);
}

TEST(Deployment, WritesTheImageThatItRan) {
  const ExperimentFolder folder(test::deployable_experiments()[2].second);
  const std::string file = folder.path("network.bin");
  const CliCall made = call({"deploy", folder.file(), "--json", "-o", file});
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string image = read_text(file);
  EXPECT_EQ(image.size(), made.json().at("flash_bytes").get<std::size_t>());
  EXPECT_EQ(image.substr(0, 4), "SYNP");
  EXPECT_EQ(call({"deploy", folder.file(), "-o", file}).code, 4);
  EXPECT_EQ(call({"deploy", folder.file(), "-o", file, "--overwrite"}).code, 0);
}

// The small task without its noise, which a device has no place for.
std::string deployable_task() {
  std::string text = small_task;
  const std::size_t stimulus = text.find("[[stimulus]]");
  return text.erase(stimulus, text.find("[task]") - stimulus);
}

TEST(Deployment, ReportsTheAccuracyThatIsLeft) {
  const ExperimentFolder folder(deployable_task());
  ASSERT_EQ(folder.run().code, 0);
  const nlohmann::json run = folder.result();
  const CliCall exact = call({"deploy", folder.results(), "--json", "--threads", "2"});
  ASSERT_EQ(exact.code, 0) << exact.err;
  const nlohmann::json task = exact.json().at("task");
  EXPECT_EQ(task.at("samples"), 40);
  EXPECT_EQ(task.at("accuracy_exact"), run.at("phases").back().at("accuracy"));
  EXPECT_NEAR(task.at("accuracy_deployed").get<double>(), task.at("accuracy_exact").get<double>(), 0.2);
  EXPECT_GT(task.at("same_answer").get<double>(), 0.5);
  const nlohmann::json one = call({"deploy", folder.results(), "--json", "--threads", "1"}).json();
  EXPECT_EQ(one.at("task"), task);
  EXPECT_EQ(one.at("populations"), exact.json().at("populations"));
  EXPECT_EQ(call({"deploy", folder.results(), "--samples", "41"}).code, 2);
  const CliCall untrained = call({"deploy", folder.file()});
  EXPECT_EQ(untrained.code, 3);
  EXPECT_THAT(untrained.err, HasSubstr("has learned nothing yet"));
  EXPECT_EQ(call({"footprint", folder.file(), "--json"}).json().at("flash_bytes"), exact.json().at("flash_bytes"));
  EXPECT_THAT(call({"deploy", folder.results(), "--samples", "5"}).out,
              AllOf(HasSubstr("accuracy, deployed"), HasSubstr("5 samples")));
}

TEST(Deployment, RefusesStepsAndSamplesThatMakeNoRun) {
  const ExperimentFolder whole(test::deployable_experiments()[0].second), task(deployable_task());
  EXPECT_EQ(call({"deploy", whole.file(), "--step", "200 ms"}).code, 0);
  const CliCall longer = call({"deploy", whole.file(), "--step", "200.5 ms"});
  EXPECT_EQ(longer.code, 2);
  EXPECT_THAT(longer.err, HasSubstr("--step 200.5 ms is outside the allowed range (0, 200] ms: it is longer than simulation.duration"));
  EXPECT_THAT(call({"deploy", task.file(), "--step", "101 ms"}).err,
              HasSubstr("--step 101 ms is outside the allowed range (0, 100] ms: it is longer than task.presentation"));
  const CliCall none = call({"deploy", task.file(), "--samples", "0"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("--samples: Value 0 not in range 1 to 16777216"));
}

// Long windows and many spikes: chance alone makes all coincide.
TEST(Deployment, PrintsADashWhereNothingIsBeyondChance) {
  DeployedPopulation population{.name = "exc", .neurons = 1, .exact_deployed = {4, 4, 4, 5.0}, .exact_clocked = {}, .clocked_deployed = {}};
  const DeploymentResult result{.experiment = "x", .precision = wide, .step = {}, .window = {}, .footprint = {},
                                .populations = {population}, .task = {}};
  std::ostringstream out;
  print_deployment(out, result);
  EXPECT_THAT(out.str(), AllOf(HasSubstr("1.0000 (-)"), testing::Not(HasSubstr("nan"))));
  EXPECT_TRUE(nlohmann::json::parse(deployment_json(result)).at("populations").at(0).at("exact_deployed").at("gamma").is_null());
}

TEST(Deployment, AnAccountOfEnergyCanHaveTheFootprint) {
  const ExperimentFolder folder(test::deployable_experiments()[0].second);
  ASSERT_EQ(folder.run().code, 0);
  EXPECT_TRUE(call({"energy", folder.results(), "--json"}).json().at("footprint").is_null());
  const CliCall fits = call({"energy", folder.results(), "--sram", "128", "--flash", "1k"});
  EXPECT_EQ(fits.code, 0) << fits.err;
  EXPECT_THAT(fits.out, AllOf(HasSubstr("verdict"), HasSubstr("it fits")));
  const CliCall refused =
      call({"energy", folder.results(), "--sram", "127", "--weights", "int16", "--json", "-o", folder.path("account")});
  EXPECT_EQ(refused.code, 5);
  const nlohmann::json json = refused.json().at("footprint");
  EXPECT_EQ(json.at("fits"), false);
  EXPECT_EQ(json.at("weights"), "int16");
  EXPECT_THAT(json.at("refusals").at(0).get<std::string>(), HasSubstr("event queue of population 'exc'"));
  EXPECT_EQ(nlohmann::json::parse(read_text(folder.path("account/energy.json"))).at("footprint"), json);
  EXPECT_EQ(call({"energy", folder.results(), "--weights", "int8"}).code, 2);
  EXPECT_EQ(call({"energy", folder.results() + "/result.json", "--sram", "1M"}).code, 2);
}

// Small enough for a test; benchmarks/deployment_comparison.sh has the figures of a whole training.
TEST(Deployment, KeepsTheAccuracyOnMnist) {
  const char* const mnist = std::getenv("SYNOP_MNIST_DIR");
  if (mnist == nullptr) GTEST_SKIP() << "SYNOP_MNIST_DIR does not name a folder with MNIST";
  const TemporaryFolder folder;
  const std::string results = (folder / "results").string();
  const CliCall run = call({"run", test::source_dir() + "/examples/digits.toml", "-o", results, "-q", "--data", mnist,
                            "--set", "population.exc.size=100", "--set", "task.phase.train.samples=3000", "--set",
                            "task.phase.label.samples=2000", "--set", "task.phase.test.samples=500"});
  ASSERT_EQ(run.code, 0) << run.err;
  for (const char* const weights : {"int8", "int16"}) {
    const CliCall deployed = call({"deploy", results, "--weights", weights, "--step", "0.1 ms", "--json"});
    ASSERT_EQ(deployed.code, 0) << deployed.err;
    const nlohmann::json task = deployed.json().at("task");
    EXPECT_GT(task.at("accuracy_exact").get<double>(), 0.6);
    // Three standard errors of a difference of some 50 samples among 500.
    EXPECT_NEAR(task.at("accuracy_deployed").get<double>(), task.at("accuracy_exact").get<double>(), 0.045);
    EXPECT_GT(task.at("same_answer").get<double>(), 0.85);
  }
}

}  // namespace
}  // namespace synop
