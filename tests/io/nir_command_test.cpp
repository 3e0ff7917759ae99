#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/nir_file.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using test::array;
using test::scalar;
using test::small_nir;
using testing::ElementsAre;
using testing::HasSubstr;

// An experiment with small_nir() beside it; `keys` belong to [nir].
ExperimentFolder small(const std::string& keys, const std::string& rest = "") {
  return ExperimentFolder("[simulation]\nduration = \"50 ms\"\n[nir]\nfile = \"net.nir\"\n" + keys +
                          "\n[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"lif\"\n" + rest);
}

CliCall run_small(const ExperimentFolder& folder) {
  small_nir().write(folder.path("net.nir"));
  return folder.run();
}

std::vector<Spike> spikes_in(const ExperimentFolder& folder) {
  return read_spike_file(folder.path("results/spikes.h5")).populations.at(0).spikes;
}

const std::string multimeter =
    "[[recorder]]\nmodel = \"multimeter\"\nname = \"v\"\nsource = \"lif[0:2]\"\ninterval = \"2 ms\"\n";

TEST(NirExperiment, RunsExactlyAndSaysSo) {
  const ExperimentFolder folder = small(
      "mode = \"exact\"\nspike = \"delta\"\nspike_area = \"10 ms\"\nspike_times = [[5, 10, 11], [12, \"12.5 ms\"]]",
      multimeter);
  const CliCall run = run_small(folder);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("mode: exact"));
  EXPECT_THAT(run.out, HasSubstr("spike: delta, an impulse of the area 0.01 s"));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("not given")));
  std::vector<double> of_third;
  for (const Spike& spike : spikes_in(folder))
    if (spike.neuron == 2) of_third.push_back(spike.time.ms());
  EXPECT_THAT(of_third, ElementsAre(11.0, 12.5))
      << "0.35 for a spike of the first input, 0.45 of the second, -0.4 for ever";
  EXPECT_EQ(read_report_file(folder.path("results/v.h5")).at(0).row_count(), 25u);
  EXPECT_EQ(folder.check().code, 0);
}

TEST(NirExperiment, RunsInStepsAndSaysSo) {
  const ExperimentFolder folder =
      small("mode = \"clocked\"\nspike = \"pulse\"\ndt = \"1 ms\"\nrate = \"900 Hz\"", multimeter);
  const CliCall run = run_small(folder);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("mode: clocked, forward Euler in steps of dt = 1 ms"));
  const auto spikes = spikes_in(folder);
  ASSERT_FALSE(spikes.empty());
  for (const Spike& spike : spikes) EXPECT_EQ(spike.time.ticks % ticks_per_ms, 0);
  const RecordedReport report = read_report_file(folder.path("results/v.h5")).at(0);
  EXPECT_EQ(report.row_count(), 25u);
  EXPECT_EQ(report.values[0], 0.0) << "before the first step";
  EXPECT_EQ(folder.result()["populations"].size(), 2u);
  const CliCall check = folder.check();
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, HasSubstr("edges:"));
}

TEST(NirExperiment, StandsBesidePopulationsOfItsOwnKindOfTime) {
  const std::string beside =
      "[[population]]\nname = \"more\"\nmodel = \"iaf_psc_delta\"\nsize = 3\n[[projection]]\nsource = \"lif\"\ntarget "
      "= \"more\"\n"
      "rule = \"one_to_one\"\nweight = \"20 mV\"\n[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"more\"\n";
  const ExperimentFolder folder =
      small("mode = \"exact\"\nspike = \"delta\"\nspike_area = \"100 ms\"\nspike_times = [[5], []]", beside);
  const CliCall run = run_small(folder);
  ASSERT_EQ(run.code, 0) << run.err;
  const auto populations = read_spike_file(folder.path("results/spikes.h5")).populations;
  ASSERT_EQ(populations.size(), 2u);
  EXPECT_EQ(populations[1].name, "more");
  EXPECT_FALSE(populations[1].spikes.empty());
  const ExperimentFolder clocked = small("mode = \"clocked\"\nspike = \"pulse\"\ndt = \"1 ms\"", beside);
  const CliCall refused = run_small(clocked);
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("key 'population[0]'"));
}

TEST(NirExperiment, RefusesBadKeysWithTheirPlace) {
  struct Case {
    std::string keys, rest;
    std::vector<const char*> says;
  };
  const std::string good = "mode = \"exact\"\nspike = \"delta\"\n";
  const std::vector<Case> cases{
      {"spike = \"delta\"", "", {"key 'nir.mode'", "missing"}},
      {"mode = \"exact\"", "", {"key 'nir.spike'", "missing"}},
      {"mode = \"exacty\"\nspike = \"delta\"", "", {"key 'nir.mode'", "did you mean"}},
      {"mode = \"clocked\"\nspike = \"delta\"", "", {"key 'nir'", "needs the time step dt"}},
      {"mode = \"exact\"\nspike = \"pulse\"", "", {"key 'nir'", "needs dt"}},
      {good + "dt = \"0 ms\"", "", {"key 'nir.dt'", "allowed"}},
      {good + "current = \"updated\"", "", {"key 'nir.current'", "no effect"}},
      {good + "ratee = 3", "", {"ratee", "did you mean 'rate'"}},
      {good + "rate = \"3 Hz\"\nspike_times = [[], []]", "", {"at most one"}},
      {good + "spike_times = [[1], [3, 2]]", "", {"key 'nir.spike_times[1][1]'", "sorted"}},
      {good + "spike_times = [[1]]", "", {"1 lists of spike times", "2 neurons", "node 'input'"}},
      {good + "reset = \"subtract\"", "", {"node 'lif' (LIF)", "subtraction"}},
      {good,
       "[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"lift\"\n",
       {"names no population", "did you mean 'lif'"}},
      {good,
       "[[population]]\nname = \"lif\"\nmodel = \"iaf_psc_delta\"\nsize = 1\n",
       {"already the name of a node of [nir]"}},
      {"mode = \"clocked\"\nspike = \"pulse\"\ndt = \"0.3 ms\"",
       multimeter,
       {"recorder[1].interval", "multiples of dt = 0.3 ms"}},
      {"mode = \"clocked\"\nspike = \"pulse\"\ndt = \"1 ms\"",
       "[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"lif\"\nrate = \"1 kHz\"\nweight = 1\n",
       {"stimulus[0]"}},
      {"mode = \"clocked\"\nspike = \"pulse\"\ndt = \"1 ms\"",
       "[output]\nstatistics = true\n",
       {"key 'output.statistics'", "exact"}},
      {"mode = \"clocked\"\nspike = \"pulse\"\ndt = \"1 ms\"",
       "[energy]\ntables = [\"horowitz2014_45nm_fp32\"]\n",
       {"key 'energy.tables'", "exact"}},
  };
  for (const Case& bad : cases) {
    const ExperimentFolder folder = small(bad.keys, bad.rest);
    const CliCall run = run_small(folder);
    EXPECT_EQ(run.code, 3) << bad.keys << bad.rest << run.out;
    for (const char* part : bad.says) EXPECT_THAT(run.err, HasSubstr(part)) << bad.keys;
    EXPECT_FALSE(std::filesystem::exists(folder.results())) << bad.keys;
  }
}

TEST(NirExperiment, WithoutItsFileEndsWithTheCodeOfFiles) {
  const ExperimentFolder folder = small("mode = \"exact\"\nspike = \"delta\"");
  const CliCall run = folder.run();
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("net.nir"));
}

TEST(ImportNir, PrintsTheGraphAndWhatCanRun) {
  const TemporaryFolder folder;
  test::NirFile file = small_nir();
  file.node("rec", "Linear", {{"weight", array({3, 3}, std::vector<double>(9, 0.1))}}).chain({"lif", "rec", "lif"});
  file.write(folder / "net.nir");
  const CliCall text = call({"import", "nir", (folder / "net.nir").string()});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("NIR 1.0.1, 5 nodes, 5 edges"));
  EXPECT_THAT(text.out, HasSubstr("rec -> lif   (closes a loop without a Delay)"));
  EXPECT_THAT(text.out, HasSubstr("give recurrent_delay"));
  const CliCall json = call({"import", "nir", (folder / "net.nir").string(), "--json", "--recurrent-delay", "1 ms"});
  EXPECT_TRUE(json.json()["exact_possible"].get<bool>());
  EXPECT_EQ(json.json()["nodes"].size(), 5u);
}

TEST(ImportNir, WritesAnExperimentThatRuns) {
  const TemporaryFolder folder;
  small_nir().write(folder / "net.nir");
  const std::string toml = (folder / "net.toml").string();
  const std::vector<std::string> args{
      "import",     "nir",   (folder / "net.nir").string(), "-o", toml, "--spike-area", "5 ms", "--rate", "1 kHz",
      "--duration", "100 ms"};
  ASSERT_EQ(call(args).code, 0);
  EXPECT_EQ(call(args).code, 4) << "the file is there already";
  const CliCall run = call({"run", toml, "-o", (folder / "out").string(), "--quiet"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_FALSE(read_spike_file(folder / "out/spikes.h5").populations.at(0).spikes.empty());
}

TEST(ImportNir, ComparesTheModes) {
  const TemporaryFolder folder;
  small_nir().write(folder / "net.nir");
  write_text_file(folder / "in.csv", "node_ids,timestamps\n0,1.0\n1,1.0\n1,30.0\n");
  const std::string file = (folder / "net.nir").string();
  const CliCall from_file = call({"import", "nir", file, "--compare", "--input", (folder / "in.csv").string(),
                                  "--duration", "50 ms", "--dt", "1 ms", "--spike-area", "20 ms"});
  ASSERT_EQ(from_file.code, 0) << from_file.err;
  EXPECT_THAT(from_file.out, HasSubstr("3 input spikes in 50 ms"));
  EXPECT_THAT(from_file.out, HasSubstr("spikes of each neuron of 'lif'"));
  EXPECT_EQ(call({"import", "nir", file, "--compare"}).code, 2);
  EXPECT_EQ(call({"import", "nir", file, "--compare", "--json"}).code, 2);
  EXPECT_EQ(call({"import", "nir", file, "--compare", "--duration", "1 ms"}).code, 2);
  EXPECT_EQ(call({"import", "nir", file, "--compare", "--duration", "1 mV", "--rate", "1 Hz"}).code, 2);
  const CliCall without_dt = call({"import", "nir", file, "--compare", "--duration", "1 ms", "--rate", "1 Hz"});
  EXPECT_EQ(without_dt.code, 3);
  EXPECT_THAT(without_dt.err, HasSubstr("dt"));
}

TEST(ImportNir, SaysWhichNeuronsAFileOfSpikesHasTooMany) {
  const TemporaryFolder folder;
  small_nir().write(folder / "net.nir");
  write_text_file(folder / "in.csv", "node_ids,timestamps\n2,1.0\n");
  const CliCall bad = call({"import", "nir", (folder / "net.nir").string(), "--compare", "--input",
                            (folder / "in.csv").string(), "--duration", "5 ms", "--dt", "1 ms"});
  EXPECT_EQ(bad.code, 3);
  EXPECT_THAT(bad.err, HasSubstr("allowed: [0, 2)"));
}

}  // namespace
}  // namespace synop
