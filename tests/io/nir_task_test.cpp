// Labelled samples through a NIR network, in continuous time and in time steps, against what can be said on paper.
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/nir_file.hpp"
#include "synop/core/random.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using test::array;
using test::NirFile;
using test::numbers;
using test::scalar;
using test::whole;
using testing::HasSubstr;

constexpr std::size_t channels = 4, classes = 3, samples = 60;

double weight_of(std::size_t c, std::size_t i) {
  const double table[classes][channels] = {{3.3, 0.4, 0.1, 0.2}, {0.2, 1.6, 1.7, 0.1}, {0.3, 0.2, 0.1, 1.4}};
  return table[c][i];
}

struct Sample {
  std::vector<double> x;
  std::size_t label;
};

std::vector<Sample> make_samples() {
  std::vector<Sample> made;
  for (std::size_t s = 0; s < samples; ++s) {
    RandomStream random(5, Purpose::task, static_cast<std::uint32_t>(s));
    Sample sample{{}, s % classes};
    for (std::size_t i = 0; i < channels; ++i) sample.x.push_back(std::floor(100.0 * random.uniform()) / 100.0);
    made.push_back(std::move(sample));
  }
  return made;
}

std::string csv_of(const std::vector<Sample>& all) {
  std::string text = "label,a,b,c,d\n";
  for (const Sample& s : all) text += fmt::format("{},{},{},{},{}\n", s.label, s.x[0], s.x[1], s.x[2], s.x[3]);
  return text;
}

// input (4) -> fc (3 x 4) -> out (3) -> output.
NirFile network(const std::string& type, std::map<std::string, NirFile::Dataset> datasets) {
  std::vector<double> weights;
  for (std::size_t c = 0; c < classes; ++c)
    for (std::size_t i = 0; i < channels; ++i) weights.push_back(weight_of(c, i));
  NirFile file;
  file.node("input", "Input", {{"shape", whole({channels})}})
      .node("fc", "Linear", {{"weight", array({classes, channels}, weights)}})
      .node("out", type, std::move(datasets))
      .node("output", "Output", {{"shape", whole({classes})}});
  return file.chain({"input", "fc", "out", "output"});
}
NirFile integrate_and_fire() {
  return network("IF", {{"r", numbers({1, 1, 1})}, {"v_threshold", numbers({1, 1, 1})}});
}
NirFile leaky_integrators() {
  return network("LI", {{"tau", numbers({0.01, 0.01, 0.01})}, {"r", numbers({2, 2, 2})}, {"v_leak", numbers({0, 0, 0})}});
}

// The network and the samples beside an experiment.
class Task : public ExperimentFolder {
 public:
  Task(const NirFile& file, const std::string& nir_keys, const std::string& task_keys, const std::string& encoder)
      : ExperimentFolder(fmt::format(R"([nir]
file = "net.nir"
{}
[task]
type = "unsupervised_classification"
input = "input"
readout = "out"
presentation = "20 ms"
{}
[task.dataset]
source = "csv"
path = "v.csv"
classes = 3
low = 0
high = 1
[task.encoder]
{}
[[task.phase]]
name = "test"
role = "test"
samples = 60
[output]
plots = false
)",
                                     nir_keys, task_keys, encoder)) {
    file.write(path("net.nir"));
    write_text_file(path("v.csv"), csv_of(make_samples()));
  }
};

const std::string exact = "mode = \"exact\"\nspike = \"delta\"\n";
const std::string clocked = "mode = \"clocked\"\nspike = \"delta\"\ndt = \"1 ms\"\n";
const std::string subtract = "reset = \"subtract\"\n";
const std::string latency = "type = \"latency\"\ncourse = \"linear\"\nt_max = \"10 ms\"\n";
const std::string most_spikes = "readout_rule = { type = \"most_spikes\" }\n";

// The first of the largest; -1 if all are 0.
int answer(const std::vector<double>& values) {
  const auto most = std::max_element(values.begin(), values.end());
  return *most > 0.0 ? static_cast<int>(most - values.begin()) : -1;
}

double latency_of(double x) { return 10.0 * (1.0 - x); }

nlohmann::json test_phase(const ExperimentFolder& folder, const std::vector<std::string>& more = {}) {
  const CliCall run = folder.run(more);
  EXPECT_EQ(run.code, 0) << run.err;
  return folder.result().at("phases").at(0);
}

// Every channel spikes once; with reset by subtraction a neuron has spiked, in the end, once for every threshold that the
// sum of its weights exceeds.
TEST(NirTask, CountsThresholdsInContinuousTime) {
  double right = 0.0, spikes = 0.0;
  for (const Sample& s : make_samples()) {
    std::vector<double> counts(classes);
    for (std::size_t c = 0; c < classes; ++c) {
      double sum = 0.0;
      for (std::size_t i = 0; i < channels; ++i) sum += s.x[i] > 0.0 ? weight_of(c, i) : 0.0;
      counts[c] = std::ceil(sum - 1e-9) - 1.0;
      spikes += counts[c];
    }
    right += answer(counts) == static_cast<int>(s.label) ? 1.0 : 0.0;
  }
  ASSERT_GT(right, 5.0);
  ASSERT_LT(right, 55.0);
  const nlohmann::json test = test_phase(Task(integrate_and_fire(), exact + subtract, most_spikes, latency));
  EXPECT_EQ(test.at("accuracy"), right / samples);
  EXPECT_EQ(test.at("spikes"), spikes);
  EXPECT_GT(test.at("ledger").at("projections").at(0).at("deliveries"), 0);
}

// In time steps: the definition, step by step. A neuron spikes once in a step at most, so the samples end earlier for it.
TEST(NirTask, FollowsTheStepsOfTheTraining) {
  double right = 0.0, spikes = 0.0;
  for (const Sample& s : make_samples()) {
    std::vector<double> counts(classes), v(classes);
    for (int step = 0; step < 11; ++step)  // the last latency is 10 ms, and the presentation ends with this step
      for (std::size_t c = 0; c < classes; ++c) {
        for (std::size_t i = 0; i < channels; ++i)
          if (s.x[i] > 0.0 && static_cast<int>(latency_of(s.x[i]) + 1e-9) == step) v[c] += weight_of(c, i);
        if (!(v[c] > 1.0)) continue;
        v[c] = 0.0;
        ++counts[c];
        ++spikes;
      }
    right += answer(counts) == static_cast<int>(s.label) ? 1.0 : 0.0;
  }
  const Task folder(integrate_and_fire(), clocked, most_spikes, latency);
  const nlohmann::json test = test_phase(folder, {"--set", "task.presentation=11 ms"});
  EXPECT_EQ(test.at("accuracy"), right / samples);
  EXPECT_EQ(test.at("spikes"), spikes);
  EXPECT_FALSE(test.contains("ledger"));
  EXPECT_EQ(folder.result().at("clocked"), true);
  EXPECT_EQ(read_spike_file(folder.path("results/spikes.h5")).populations.at(0).spikes.size(), spikes);
  const CliCall energy = call({"energy", folder.path("results")});
  EXPECT_NE(energy.code, 0);
  EXPECT_THAT(energy.err, HasSubstr("in time steps"));
}

// The potential that is highest at the end, of leaky integrators that have a closed form.
TEST(NirTask, ComparesPotentialsOfReadouts) {
  double right_at_end = 0.0, right_in_steps = 0.0, right_at_most = 0.0;
  for (const Sample& s : make_samples()) {
    std::vector<double> end(classes), steps(classes), most(classes, -1.0);
    for (std::size_t c = 0; c < classes; ++c) {
      const auto at = [&](double ms) {
        double v = 0.0;
        for (std::size_t i = 0; i < channels; ++i)
          if (s.x[i] > 0.0 && latency_of(s.x[i]) < ms - 1e-9)
            v += 2.0 * weight_of(c, i) * 1.0 / 0.01 * std::exp((latency_of(s.x[i]) - ms) / 10.0);
        return v;
      };
      end[c] = at(20.0);
      for (int k = 1; k <= 10; ++k) most[c] = std::max(most[c], at(2.0 * k));
      for (std::size_t i = 0; i < channels; ++i)
        if (s.x[i] > 0.0)
          steps[c] += 2.0 * weight_of(c, i) * 1000.0 * 0.1 * std::pow(0.9, 19 - static_cast<int>(latency_of(s.x[i]) + 1e-9));
    }
    right_at_end += answer(end) == static_cast<int>(s.label) ? 1.0 : 0.0;
    right_at_most += answer(most) == static_cast<int>(s.label) ? 1.0 : 0.0;
    right_in_steps += answer(steps) == static_cast<int>(s.label) ? 1.0 : 0.0;
  }
  const std::string rule = "readout_rule = { type = \"highest_potential\" }\n";
  const std::string sampled = "readout_rule = { type = \"highest_potential\", interval = \"2 ms\" }\n";
  EXPECT_EQ(test_phase(Task(leaky_integrators(), exact, rule, latency)).at("accuracy"), right_at_end / samples);
  EXPECT_EQ(test_phase(Task(leaky_integrators(), exact, sampled, latency)).at("accuracy"), right_at_most / samples);
  EXPECT_EQ(test_phase(Task(leaky_integrators(), clocked, rule, latency)).at("accuracy"), right_in_steps / samples);
}

// With one spike for each that enters, what comes out is what came in: the same in both modes, but for the step.
TEST(NirTask, GivesBothModesTheSameSpikes) {
  const NirFile file = network("LIF", {{"tau", numbers({1e-6, 1e-6, 1e-6})},
                                       {"r", numbers({1, 1, 1})},
                                       {"v_leak", numbers({0, 0, 0})},
                                       {"v_threshold", numbers({0.05, 0.05, 0.05})}});
  for (const std::string encoder : {"type = \"poisson_rate\"\nmax_rate = \"200 Hz\"\n",
                                    "type = \"regular_rate\"\nmax_rate = \"200 Hz\"\n"}) {
    std::vector<std::vector<Spike>> spikes;
    for (const std::string& mode : {"mode = \"exact\"\nspike = \"delta\"\n",
                                    "mode = \"clocked\"\nspike = \"delta\"\ndt = \"0.0005 ms\"\n"}) {
      const Task folder(file, mode, most_spikes, encoder);
      ASSERT_GT(test_phase(folder, {"--set", "task.phase.test.samples=3"}).at("spikes"), 20);
      spikes.push_back(read_spike_file(folder.path("results/spikes.h5")).populations.at(0).spikes);
    }
    ASSERT_EQ(spikes[0].size(), spikes[1].size());
    for (std::size_t k = 0; k < spikes[0].size(); ++k) {
      EXPECT_EQ(spikes[0][k].neuron, spikes[1][k].neuron) << k;
      EXPECT_NEAR(spikes[0][k].time.ms(), spikes[1][k].time.ms(), 0.0005) << k;
    }
  }
}

// A current x for 20 steps of 1 ms into integrators, then none: the sum of weights times 0.02 s, one spike for each
// threshold.
TEST(NirTask, TakesCurrentsInTimeSteps) {
  double right = 0.0, spikes = 0.0;
  for (const Sample& s : make_samples()) {
    std::vector<double> counts(classes), v(classes);
    for (int step = 0; step < 25; ++step)
      for (std::size_t c = 0; c < classes; ++c) {
        double x = 0.0;
        for (std::size_t i = 0; i < channels; ++i) x += step < 20 ? weight_of(c, i) * (100.0 * s.x[i]) : 0.0;
        v[c] += 0.001 * x;
        if (!(v[c] > 1.0)) continue;
        v[c] -= 1.0;
        ++counts[c];
        ++spikes;
      }
    right += answer(counts) == static_cast<int>(s.label) ? 1.0 : 0.0;
  }
  const nlohmann::json test =
      test_phase(Task(integrate_and_fire(), clocked + subtract, most_spikes + "rest = \"5 ms\"\n",
                      "type = \"direct_current\"\nmax_current = \"100 pA\"\n"));
  EXPECT_EQ(test.at("accuracy"), right / samples);
  EXPECT_EQ(test.at("spikes"), spikes);
}

TEST(NirTask, IsTheSameForEveryNumberOfThreads) {
  for (const std::string& mode : {exact, clocked}) {
    const Task folder(integrate_and_fire(), mode, most_spikes, "type = \"poisson_rate\"\n");
    nlohmann::json first;
    for (const char* threads : {"1", "2", "3"}) {
      const CliCall run = folder.run({"--threads", threads, "--overwrite"});
      ASSERT_EQ(run.code, 0) << run.err;
      const nlohmann::json result = folder.result();
      if (first.is_null()) first = result;
      EXPECT_EQ(result.at("spike_hash"), first.at("spike_hash"));
      EXPECT_EQ(result.at("phases").at(0).at("confusion"), first.at("phases").at(0).at("confusion"));
      EXPECT_EQ(result.at("phases").at(0).at("operations"), first.at("phases").at(0).at("operations"));
    }
  }
}

TEST(NirTask, RefusesWhatHasNoMeaningByName) {
  struct Case {
    std::string nir, task, encoder;
    const char* says;
  };
  const std::string current = "type = \"direct_current\"\nmax_current = \"1 pA\"\n";
  const std::vector<Case> cases{
      {exact, most_spikes, current, "allowed with mode = \"clocked\""},
      {"mode = \"exact\"\nspike = \"pulse\"\ndt = \"1 ms\"\n", most_spikes, latency, "spike = \"delta\" of [nir]"},
      {exact + "rate = \"5 Hz\"\n", most_spikes, latency, "nir.rate"},
      {clocked, most_spikes + "rest = \"0.5 ms\"\n", latency, "task.rest"},
      {clocked, most_spikes + "between_samples = { reset_state = false }\n", latency, "reset_state"},
      {clocked, "readout_rule = { type = \"highest_potential\", interval = \"1.5 ms\" }\n", latency, "no multiple of dt"},
      {clocked, "readout_rule = { type = \"highest_potential\", interval = \"30 ms\" }\n", latency, "longer than the presentation"},
      {clocked, "readout_rule = { type = \"most_spikes\", interval = \"1 ms\" }\n", latency, "no effect on type"},
      {clocked, "", latency, "role = \"label\""},
  };
  for (const Case& each : cases) {
    const Task folder(integrate_and_fire(), each.nir, each.task, each.encoder);
    for (const CliCall& call : {folder.check(), folder.run()}) {
      EXPECT_NE(call.code, 0) << each.says;
      EXPECT_THAT(call.err, HasSubstr(each.says));
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path("results")));
  }
  const Task folder(integrate_and_fire(), clocked, most_spikes, latency);
  EXPECT_THAT(folder.run({"--set", "task.input=out"}).err, HasSubstr("no Input of the graph"));
  EXPECT_THAT(folder.run({"--set", "task.phase.test.role=train"}).err, HasSubstr("nothing is learned in time steps"));
  EXPECT_THAT(folder.run({"--set", "energy.spike_grids=[\"1 ms\"]"}).err, HasSubstr("multiples of dt already"));
}

// A readout that comes to its limit would spike: the run ends and says where.
TEST(NirTask, EndsWhereAReadoutComesToItsLimit) {
  const Task folder(leaky_integrators(), exact + "spike_area = \"100000 s\"\n",
                                       "readout_rule = { type = \"highest_potential\" }\n", latency);
  const CliCall run = folder.run();
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("readout 'out' came to 1e+06"));
}

}  // namespace
}  // namespace synop
