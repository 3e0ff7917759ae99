#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/observer.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/sonata/export_sonata.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/neurons/intfire1.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

// Every kind of neuron that has a template, every way to store synapses, a current that begins and ends.
constexpr const char* everything = R"(seed = 7
[simulation]
duration = "200 ms"
[[population]]
name = "exc"
model = "iaf_psc_exp"
size = 60
params = { tau_m = "20 ms", I_e = "200 pA", tau_syn_ex = "3 ms" }
V_m = { uniform = ["-70 mV", "-50 mV"] }
[[population]]
name = "inh"
model = "iaf_psc_delta"
size = 30
params = { tau_m = { normal = ["20 ms", "2 ms"], low = "5 ms", outside = "redraw" }, I_e = "150 pA" }
[[population]]
name = "alpha"
model = "iaf_psc_alpha"
size = 20
params = { I_e = "300 pA", V_th = { uniform = ["-56 mV", "-54 mV"] } }
[[population]]
name = "in"
model = "poisson_population"
size = 30
params = { rate = "100 Hz" }
[[projection]]
source = "in"
target = "exc"
rule = "fixed_indegree"
indegree = 20
weight = { normal = [150, 30] }
delay = { uniform = ["0.5 ms", "3 ms"] }
[[projection]]
source = "in"
target = "inh"
rule = "fixed_total_number"
N = 300
weight = "3 mV"
[[projection]]
source = "exc[0:30]"
target = "alpha"
rule = "fixed_indegree"
indegree = 10
weight = 100.1
weight_precision = "double"
delay = 1.5
[[projection]]
source = "inh"
target = "exc"
rule = "all_to_all"
weight = { uniform = [-40, 20] }
[[projection]]
source = "alpha"
target = "exc"
rule = "pairwise_bernoulli"
p = 0.5
storage = "procedural"
weight = 30.1
[[stimulus]]
model = "dc_generator"
target = "alpha[5:20]"
amplitude = "77.7 pA"
start = 20
stop = "111.5 ms"
[[recorder]]
model = "multimeter"
name = "vm"
source = "alpha[0:5]"
[[recorder]]
model = "spike_recorder"
source = "exc"
)";

void expect_equal_trees(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(a)) {
    if (!entry.is_regular_file()) continue;
    const auto name = std::filesystem::relative(entry.path(), a);
    EXPECT_EQ(read_text(entry.path()), read_text(b / name)) << name;
    ++files;
  }
  EXPECT_GT(files, 10u);
}

TEST(SonataExport, RunsWithTheSameSpikesBitForBit) {
  const ExperimentFolder folder(everything);
  const CliCall first = folder.run({"--json"});
  ASSERT_EQ(first.code, 0) << first.err;
  const CliCall exported = call({"export", "sonata", folder.file(), "-o", folder.path("x")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  const CliCall again = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("y"), "--json", "--threads", "2"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.json()["spike_hash"], first.json()["spike_hash"]);
  EXPECT_GT(first.json()["populations"][2]["spikes"], 0);
  const auto a = read_report_file(folder.path("results/vm.h5")), b = read_report_file(folder.path("y/vm.h5"));
  EXPECT_EQ(a[0].values, b[0].values);
  ASSERT_EQ(call({"export", "sonata", folder.file(), "-o", folder.path("x2"), "--threads", "2"}).code, 0);
  expect_equal_trees(folder.path("x"), folder.path("x2"));
  EXPECT_EQ(call({"export", "sonata", folder.file(), "-o", folder.path("x")}).code, 4);
}

TEST(SonataExport, HasTheStatisticsOfTheExperiment) {
  const ExperimentFolder folder(everything);
  const CliCall first = folder.run({"--json", "--statistics"});
  ASSERT_EQ(first.code, 0) << first.err;
  ASSERT_EQ(call({"export", "sonata", folder.file(), "-o", folder.path("x")}).code, 0);
  const CliCall again = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("y"), "--json", "--statistics"});
  ASSERT_EQ(again.code, 0) << again.err;
  const auto all = again.json()["statistics"];
  ASSERT_EQ(all.size(), 3u);  // of what is not virtual
  ASSERT_EQ(first.json()["statistics"].size(), 1u);
  EXPECT_EQ(all[0], first.json()["statistics"][0]);
  EXPECT_GT(all[0]["spikes"], 0);
  const CliCall none = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("z"), "--json"});
  EXPECT_TRUE(none.json()["statistics"].empty());
}

TEST(SonataExport, CarriesIntFireCellsFromANetwork) {
  NetworkBuilder builder(3);
  const auto in = builder.add_population("in", 2, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{
                                                      {Time::from_ms(1.0 / 3.0), Time::from_ms(7.1)}, {Time::from_ms(2.0)}}));
  const auto cells = builder.add_population("cells", 20, IntFire1{.tau = 7.0, .refrac = 3.0});
  builder.connect(in, cells, AllToAll(), Synapse{.weight = constant(1.1)});
  builder.connect(cells, cells, FixedIndegree(5), Synapse{.weight = uniform(-0.5, 0.9), .delay = uniform(0.1, 5.0), .double_precision = true});
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeHash hash;
  simulation.attach(hash);
  simulation.run(Delay::from_ms(50.0));
  simulation.detach(hash);
  const TemporaryFolder folder;
  export_sonata(network, {.duration = Time::from_ms(50.0)}, folder / "x");
  const CliCall result = call({"run", (folder / "x/simulation_config.json").string(), "-o", (folder / "y").string(), "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["spike_hash"], fmt::format("{:016x}", hash.value()));
}

// Of a stimulus onto some of 9000 neurons, in several blocks and two threads.
const char* const driven = R"(seed = 5
[simulation]
duration = "40 ms"
[[population]]
name = "cells"
model = "iaf_psc_delta"
size = 9000
params = { I_e = "380 pA" }
[[projection]]
source = "cells"
target = "cells"
rule = "fixed_indegree"
indegree = 3
weight = "1 mV"
delay = { uniform = ["0.4 ms", "1 ms"] }
[[stimulus]]
name = "drive"
model = "poisson_generator"
target = "cells[77:8001]"
rate = "500 Hz"
weight = "4.1 mV"
delay = 0.25
[[stimulus]]
name = "cells_cells"
model = "mip_generator"
target = "cells"
rate = "100 Hz"
p_copy = 0.5
weight = "-2 mV"
)";

TEST(SonataExport, CarriesStimuliAsTheTrainsOfTheirTargets) {
  const ExperimentFolder folder(driven);
  const CliCall first = folder.run({"--json"});
  ASSERT_EQ(first.code, 0) << first.err;
  const CliCall exported = call({"export", "sonata", folder.file(), "-o", folder.path("x")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("assumed: the spikes of stimulus 'drive' (poisson_generator) are those of a run of 40 ms with seed 5"));
  const CliCall again = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("y"), "--json", "--threads", "2"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.json()["spike_hash"], first.json()["spike_hash"]);
  EXPECT_EQ(again.json()["populations"], first.json()["populations"]);  // with the counts of what was done
  EXPECT_GT(first.json()["populations"][0]["spikes"], 1000);
  EXPECT_THAT(again.json()["assumptions"].dump(), HasSubstr("population 'drive' is the stimulus poisson_generator of an exported network"));
}

// As a population of its own, the stimulus onto one side of a loop would lift it above the other side, and the window would be the
// longer of the two delays. Neurons driven above threshold are searched by windows, which the last digit can show.
TEST(SonataExport, StimuliLeaveTheWindowOfALoopAsItIs) {
  std::string text = "[simulation]\nduration = \"100 ms\"\n";
  for (const char* name : {"E", "I"})
    text += fmt::format("[[population]]\nname = \"{}\"\nmodel = \"iaf_psc_alpha\"\nsize = 40\nparams = {{ I_e = \"450 pA\" }}\n", name);
  text += "[[projection]]\nsource = \"E\"\ntarget = \"I\"\nrule = \"fixed_indegree\"\nindegree = 5\nweight = 40\ndelay = 0.7\n"
          "[[projection]]\nsource = \"I\"\ntarget = \"E\"\nrule = \"fixed_indegree\"\nindegree = 5\nweight = -60\ndelay = 0.3\n"
          "[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"E[5:30]\"\nrate = 800\nweight = 30\n"
          "[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"E\"\nrate = 0\n";  // an empty file of spikes
  const ExperimentFolder folder(text);
  const CliCall first = folder.run({"--json"});
  ASSERT_EQ(first.code, 0) << first.err;
  ASSERT_EQ(call({"export", "sonata", folder.file(), "-o", folder.path("x")}).code, 0);
  const CliCall again = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("y"), "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(first.json()["window_ms"], 0.3);
  EXPECT_EQ(again.json()["window_ms"], 0.3);
  EXPECT_EQ(again.json()["spike_hash"], first.json()["spike_hash"]);
}

// What other programs do, and this one where the attribute is taken away: nodes that send, and a projection.
TEST(SonataExport, StimuliAreOrdinaryVirtualNodesForOthers) {
  const ExperimentFolder folder(driven);
  const CliCall first = folder.run({"--json"});
  ASSERT_EQ(first.code, 0) << first.err;
  ASSERT_EQ(call({"export", "sonata", folder.file(), "-o", folder.path("x")}).code, 0);
  for (const char* name : {"drive", "cells_cells"}) {
    const std::string path = folder.path(fmt::format("x/network/{}_node_types.csv", name));
    std::string types = read_text(path);
    const auto column = types.find(" synop_stimulus");
    ASSERT_NE(column, std::string::npos);
    types.erase(column, std::string(" synop_stimulus").size());
    types.resize(types.rfind(' '));
    write_text_file(path, types + "\n");
  }
  const CliCall again = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("y"), "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.json()["populations"][0]["spikes"], first.json()["populations"][0]["spikes"]);
  EXPECT_EQ(again.json()["projections"].size(), 3u);
}

TEST(SonataExport, RefusesByNameWhatSonataCannotCarry) {
  const auto refusal = [](const std::string& more) {
    const ExperimentFolder folder("[simulation]\nduration = \"1 ms\"\n[[population]]\nname = \"exc\"\nsize = 3\n" + more);
    const CliCall result = call({"export", "sonata", folder.file(), "-o", folder.path("x")});
    EXPECT_EQ(result.code, 3) << result.out;
    EXPECT_FALSE(std::filesystem::exists(folder.path("x")));
    return result.err;
  };
  EXPECT_THAT(refusal("model = \"iaf_cond_exp\"\n"), HasSubstr("population 'exc' (iaf_cond_exp)"));
  EXPECT_THAT(refusal("model = \"iaf_psc_exp\"\n[[stimulus]]\nname = \"drive\"\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nrate = 1e9\n"
                      "[[stimulus]]\nname = \"much\"\nmodel = \"gamma_sup_generator\"\ntarget = \"exc\"\nrate = 1e9\nn_proc = 1e6\n"),
              AllOf(HasSubstr("stimulus 'much' (gamma_sup_generator)"), HasSubstr("GB")));
  EXPECT_THAT(refusal("model = \"iaf_psc_exp\"\n[[stimulus]]\nmodel = \"dc_generator\"\ntarget = \"exc\"\namplitude = 1000.0000000000001\n"),
              AllOf(HasSubstr("a current of 1000.0000000000001 pA into population 'exc'"), HasSubstr("nA")));
  EXPECT_THAT(refusal("model = \"iaf_psc_exp\"\n[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\nsynapse = \"stdp_synapse\"\n"),
              HasSubstr("'exc_exc' is plastic"));
  for (const char* const current : {"noise_generator\"\nmean = 1\nstd = 1\n", "ac_generator\"\namplitude = 1\nfrequency = 1\n"})
    EXPECT_THAT(refusal(std::string("model = \"iaf_psc_exp\"\n[[stimulus]]\ntarget = \"exc\"\nmodel = \"") + current),
                HasSubstr("population 'exc' has a stimulus"));
  EXPECT_THAT(refusal("model = \"iaf_psc_exp\"\n[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nstop = 0.5\n"),
              HasSubstr("recorder[0].stop"));
}

}  // namespace
}  // namespace synop
