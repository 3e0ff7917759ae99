#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"

namespace synop {
namespace {

using namespace test;

TEST(ExperimentErrors, InTheRootAndSimulationNameKeyAndPosition) {
  const BadFile files[] = {
      {"@@nmae = \"x\"\n[simulation]\nduration = 1\n", "nmae", "did you mean 'name'?"},
      {"name = @@\"a b\"\n[simulation]\nduration = 1\n", "name", "is not a name"},
      {"name = @@\"\"\n[simulation]\nduration = 1\n", "name", "is not a name"},
      {"name = @@3\n[simulation]\nduration = 1\n", "name", "value 3 is an integer; allowed: a string"},
      {"seed = @@-1\n[simulation]\nduration = 1\n", "seed", "[0, 9223372036854775807]"},
      {"seed = @@1.5\n[simulation]\nduration = 1\n", "seed", "a number with a fraction"},
      {"description = @@true\n[simulation]\nduration = 1\n", "description", "a boolean"},
      {"@@[simulation]\n", "simulation.duration", "missing"},
      {"@@\n", "simulation.duration", "missing"},
      {"[@@simulaton]\nduration = 1\n[simulation]\nduration = 1\n", "simulaton", "did you mean 'simulation'?"},
      {"[simulation]\nduration = @@\"1 pF\"\n", "simulation.duration", "allowed: a time, for example \"1.5 ms\""},
      {"[simulation]\nduration = @@0\n", "simulation.duration", "value 0 is out of range; allowed: (0, "},
      {"[simulation]\nduration = @@\"-1 ms\"\n", "simulation.duration", "out of range"},
      {"[simulation]\nduration = @@\"0.1 ps\"\n", "simulation.duration", "\"0.1 ps\" is too short a time"},
      {"[simulation]\nduration = @@1e-300\n", "simulation.duration", "1 ps"},
      {"[simulation]\nduration = @@inf\n", "simulation.duration", "not a finite number"},
      {"[simulation]\nduration = @@1e12\n", "simulation.duration", "out of range"},
      {"[simulation]\nduration = @@1979-05-27\n", "simulation.duration", "a date"},
      {"[simulation]\nduration = 5\nwarm_up = @@5\n", "simulation.warm_up", "not below duration"},
      {"[simulation]\nduration = 5\nwarm_up = @@-1\n", "simulation.warm_up", "out of range"},
      {"[simulation]\nduration = 5\nthreads = @@-1\n", "simulation.threads", "[0, 1024]"},
      {"[simulation]\nduration = 5\ndelay_resolution = @@0\n", "simulation.delay_resolution", "out of range"},
      {"[simulation]\nduration = 5\n@@dealy_resolution = 1\n", "simulation.dealy_resolution", "'delay_resolution'"},
      {"[simulation]\nduration = 5\n@@zzzzzzz = 1\n", "simulation.zzzzzzz", "known: duration, warm_up, threads"},
      {"simulation = @@3\n", "simulation", "allowed: a table"},
  };
  for (const BadFile& file : files) expect_refused(file, "", exc_population);
}

TEST(ExperimentErrors, InOutputNameKeyAndPosition) {
  const BadFile files[] = {
      {"[output]\ncommit_interval = @@\"0.5 ms\"\n", "output.commit_interval", "value 0.5 ms is not a whole number of ms"},
      {"[output]\ncommit_interval = @@\"2 days\"\n", "output.commit_interval", "allowed: a time"},
  };
  for (const BadFile& file : files) expect_refused(file, simulation, exc_population);
}

TEST(ExperimentErrors, InStimuliAndRecordersNameKeyAndPosition) {
  const BadFile files[] = {
      {"[[stimulus]]\nmodel = @@\"poison_generator\"\ntarget = \"exc\"\n", "stimulus[0].model", "'poisson_generator'"},
      {"@@[[stimulus]]\nmodel = \"poisson_generator\"\n", "stimulus[0].target", "missing"},
      {"@@[[stimulus]]\ntarget = \"exc\"\n", "stimulus[0].model", "missing"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = @@\"in\"\n", "stimulus[0].target", "takes no input"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nrate = @@-5\n", "stimulus[0].rate",
       "[0, inf) Hz"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nrate = @@\"5 ms\"\n", "stimulus[0].rate",
       "a frequency"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\n@@amplitude = 5\n", "stimulus[0].amplitude",
       "there is no key"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nweight = @@{ list = [1] }\n",
       "stimulus[0].weight", "the value is a table"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\ndelay = @@-1\n", "stimulus[0].delay",
       "out of range"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nstart = 5\nstop = @@5\n", "stimulus[0].stop",
       "not after start"},
      {"[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"exc\"\nstart = @@-5\n", "stimulus[0].start",
       "out of range"},
      {"[[stimulus]]\nmodel = \"dc_generator\"\ntarget = \"exc\"\nweight = @@1\n", "stimulus[0].weight",
       "injects a current"},
      {"[[stimulus]]\nmodel = \"dc_generator\"\ntarget = \"exc\"\namplitude = @@inf\n", "stimulus[0].amplitude",
       "not a finite number"},
      {"[[recorder]]\nmodel = @@\"spike_detector\"\nsource = \"exc\"\n", "recorder[0].model",
       "allowed: spike_recorder, multimeter, population_rate_recorder, weight_recorder, weights"},
      {"@@[[recorder]]\nmodel = \"spike_recorder\"\n", "recorder[0].source", "missing"},
      {"[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"exc\"\n@@interval = 1\n", "recorder[0].interval",
       "there is no key"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = @@[]\n", "recorder[0].record", "empty"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [@@1]\n", "recorder[0].record[0]",
       "an integer"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [\"V_m\", @@\"V_m\"]\n",
       "recorder[0].record[1]", "twice"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [\"V_m\"]\ninterval = @@0\n",
       "recorder[0].interval", "out of range"},
      {"[[recorder]]\nmodel = \"weights\"\nprojection = @@\"eee\"\n", "recorder[0].projection", "did you mean 'ee'?"},
      {"[[recorder]]\nmodel = \"weights\"\nprojection = \"ee\"\n[[recorder]]\nmodel = \"weights\"\n"
       "projection = @@\"ee\"\n",
       "recorder[1].projection", "recorded by 'weights' already"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\ninterval = @@\"0.5 ns\"\n", "recorder[0].interval",
       "out of range"},
      {"[[recorder]]\nname = @@\"spikes\"\nmodel = \"multimeter\"\nsource = \"exc\"\n", "recorder[0].name",
       "another result file"},
      {"[[recorder]]\nname = \"v\"\nmodel = \"multimeter\"\nsource = \"exc\"\n[[recorder]]\nname = @@\"v\"\n"
       "model = \"multimeter\"\nsource = \"exc\"\n",
       "recorder[1].name", "already the name"},
      {"[energy]\ntables = [\"a\", @@\"a\"]\n", "energy.tables[1]", "twice"},
      {"[output]\nspikes = @@1\n", "output.spikes", "true or false"},
      {"[output]\n@@plot = true\n", "output.plot", "did you mean 'plots'?"},
      {"[energy]\nspike_grids = [@@\"0 ms\"]\n", "energy.spike_grids[0]", "allowed"},
      {"@@[energy]\nspike_grids = [\"1 ms\"]\n", "energy.spike_grids", "no [task]"},
      {"[energy]\ntables = @@\"x\"\n", "energy.tables", "an array of names"},
      {"[energy]\ntables = [@@1]\n", "energy.tables[0]", "an integer"},
  };
  const std::string ee = "[[projection]]\nname = \"ee\"\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
  for (const BadFile& file : files) expect_refused(file, simulation + exc_population + in_population + ee, "");
}

TEST(ExperimentErrors, NameTheDuplicateAndNotTheFirst) {
  const std::string projection = "[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
  expect_refused({"[[population]]\nname = @@\"exc\"\nmodel = \"iaf_psc_delta\"\nsize = 1\n", "population[1].name",
                  "already the name of another population"},
                 simulation + exc_population, "");
  expect_refused({"name = @@\"a\"\n", "projection[1].name", "already the name of another projection"},
                 simulation + exc_population + projection + "name = \"a\"\n" + projection, "");
}

TEST(ExperimentErrors, DoNotFollowFromOneAnother) {
  const std::string ends = "[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\n";
  const std::string start = simulation + exc_population;
  expect_refused({"synapse = @@\"x\"\n", "projection[0].synapse", "names no synapse model"}, start + ends,
                 "rule = \"all_to_all\"\ndelay_split = \"axonal\"\nparams = { lambda = 1 }\n");
  expect_refused({"rule = @@\"x\"\n", "projection[0].rule", "is unknown"}, start + ends,
                 "indegree = 3\nweight = { list = [1] }\n");
  expect_refused({"connections = [[0, @@-1], [1, 1]]\n", "projection[0].connections[0][1]", "out of range"},
                 start + ends + "rule = \"explicit\"\n", "weight = { list = [1, 2] }\n");
  expect_refused({"size = @@0\n", "population[0].size", "out of range"},
                 simulation + "[[population]]\nname = \"exc\"\nmodel = \"iaf_psc_delta\"\n",
                 "V_m = { list = [1, 2] }\n" + ends + "rule = \"one_to_one\"\n");
}

TEST(ExperimentErrors, PointAtWhatIsNotToml) {
  EXPECT_EQ(error_of("a = 1\nb = = 2\n").substr(0, 13), "bad.toml:2:5:");
  EXPECT_NE(error_of("a = 1\na = 2\n").find("bad.toml:2:"), std::string::npos);
  EXPECT_NE(error_of("a = \"\xff\"\n").find("bad.toml:1:"), std::string::npos);
}

TEST(ExperimentErrors, RefuseNestingThatWouldOverflowTheStack) {
  std::string dotted;
  for (int i = 0; i < 200'000; ++i) dotted += "a.";
  EXPECT_NE(error_of("\n" + dotted + "a = 1\n").find("bad.toml:2:1: the line has more than 256 dots"),
            std::string::npos);
  EXPECT_NE(error_of("a = " + std::string(100'000, '[')).find("not valid TOML"), std::string::npos);
  std::string deep = "1";
  for (int i = 0; i < 20; ++i) deep = "{ a.b.c.d.e = " + deep + " }";
  EXPECT_NE(error_of("a = " + deep).find("nest more than 64 deep"), std::string::npos);
}

TEST(ExperimentErrors, AreReportedTogetherInTheOrderOfTheFile) {
  const std::string error = error_of("sed = 1\n[simulation]\nduration = \"1 mV\"\n" + exc_population + "parms = {}\n");
  const std::size_t first = error.find("bad.toml:1:1: key 'sed'");
  const std::size_t second = error.find("\nbad.toml:3:12: key 'simulation.duration'");
  const std::size_t third = error.find("\nbad.toml:8:1: key 'population[0].parms'");
  EXPECT_EQ(first, 0u) << error;
  EXPECT_LT(second, third) << error;
  EXPECT_NE(third, std::string::npos) << error;
}

TEST(ExperimentErrors, StopAtTwenty) {
  std::string text = simulation + exc_population;
  for (int i = 0; i < 25; ++i) text += fmt::format("wrong_{} = 1\n", i);
  const std::string error = error_of(text);
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 20);
  EXPECT_NE(error.find("(and 5 more errors)"), std::string::npos);
}

}  // namespace
}  // namespace synop
