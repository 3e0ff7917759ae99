#include <string>

#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"

namespace synop {
namespace {

using namespace test;

TEST(PopulationErrors, NameKeyAndPosition) {
  const BadFile files[] = {
      {"@@[[population]]\nmodel = \"iaf_psc_delta\"\nsize = 1\n", "population[0].name", "missing"},
      {"@@[[population]]\nname = \"a\"\nsize = 1\n", "population[0].model", "missing"},
      {"@@[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\n", "population[0].size", "missing"},
      {"[[population]]\nname = @@\"a b\"\nmodel = \"iaf_psc_delta\"\nsize = 1\n", "population[0].name", "not a name"},
      {"[[population]]\nname = @@4\nmodel = \"iaf_psc_delta\"\nsize = 1\n", "population[0].name", "an integer"},
      {"[[population]]\nname = \"a\"\nmodel = @@\"iaf_psc_detla\"\nsize = 1\n", "population[0].model",
       "did you mean 'iaf_psc_delta'?"},
      {"[[population]]\nname = \"a\"\nmodel = @@\"poisson_generator\"\nsize = 1\n", "population[0].model",
       "known: iaf_psc_delta, iaf_psc_exp, poisson_population"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = @@0\n", "population[0].size",
       "allowed: an integer in [1, 4294967295]"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = @@4294967296\n", "population[0].size",
       "out of range"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = @@\"10\"\n", "population[0].size", "a string"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 1\nparams = { @@tau_n = 1 }\n",
       "population[0].params.tau_n", "iaf_psc_delta has no parameter 'tau_n' (did you mean 'tau_m'?)"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 1\nparams = { tau_m = @@[1] }\n",
       "population[0].params.tau_m", "the value is an array"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 1\nparams = @@1\n", "population[0].params",
       "allowed: a table"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 1\n@@rate = 1\n", "population[0].rate",
       "there is no key 'rate'"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 1\nspike_times = @@[1]\n",
       "population[0].spike_times", "no effect on iaf_psc_delta"},
      {"[[population]]\nname = \"a\"\nmodel = \"poisson_population\"\nsize = 1\nV_m = @@1\n", "population[0].V_m",
       "no effect on poisson_population"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 1\nV_m = @@\"1 ms\"\n", "population[0].V_m",
       "a voltage"},
      {"[[population]]\nname = \"a\"\nmodel = \"iaf_psc_delta\"\nsize = 2\nV_m = @@{ list = [1] }\n",
       "population[0].V_m", "one for each of the 2 neurons"},
  };
  for (const BadFile& file : files) expect_refused(file, simulation, "");
  expect_refused({"population = [@@1]\n", "population[0]", "allowed: a table"}, "", simulation);
  expect_refused({"population = @@[]\n", "population", "at least one population"}, "", simulation);
  expect_refused({"population = @@{ exc = 1 }\n", "population", "[[population]] tables"}, "", simulation);
}

TEST(PopulationErrors, OfSpikeTimesNameKeyAndPosition) {
  const BadFile files[] = {
      {"spike_times = [[1.0], [@@-1]]\n", "population[0].spike_times[1][0]", "out of range"},
      {"spike_times = [[1.0], [2, @@1]]\n", "population[0].spike_times[1][1]", "allowed: sorted times"},
      {"spike_times = [[1.0], [@@nan]]\n", "population[0].spike_times[1][0]", "not a finite number"},
      {"spike_times = [[1.0], [@@\"2 mV\"]]\n", "population[0].spike_times[1][0]", "a time"},
      {"spike_times = @@[[1.0]]\n", "population[0].spike_times",
       "the array has 1 values; allowed: an array of 2 arrays"},
      {"spike_times = [@@1.0, [2]]\n", "population[0].spike_times[0]", "an array of times"},
      {"spike_times = @@[[1], [2]]\nspike_file = \"x.csv\"\n", "population[0].spike_times", "exactly one of the keys"},
      {"spike_file = @@\"\"\n", "population[0].spike_file", "the path is empty"},
  };
  const std::string generator = "[[population]]\nname = \"g\"\nmodel = \"spike_generator\"\nsize = 2\n";
  for (const BadFile& file : files) expect_refused(file, simulation + generator, "");
  expect_refused({"", "population[0].spike_times", "exactly one of the keys"}, simulation + "@@" + generator, "");
}

TEST(PopulationErrors, OfDistributionsNameKeyAndPosition) {
  const BadFile files[] = {
      {"V_m = @@{}\n", "population[0].V_m", "exactly one of the keys uniform, normal, lognormal, exponential, uniform_int and list"},
      {"V_m = @@{ uniform = [0, 1], list = [1] }\n", "population[0].V_m", "exactly one of the keys"},
      {"V_m = @@[1, 2]\n", "population[0].V_m", "the value is an array"},
      {"V_m = @@true\n", "population[0].V_m", "a boolean"},
      {"V_m = @@nan\n", "population[0].V_m", "not a finite number"},
      {"V_m = { uniform = @@[1] }\n", "population[0].V_m.uniform",
       "the array has 1 values; allowed: an array [low, high]"},
      {"V_m = { uniform = @@3 }\n", "population[0].V_m.uniform", "an integer"},
      {"V_m = { uniform = [0, @@\"1 pA\"] }\n", "population[0].V_m.uniform[1]", "a voltage"},
      {"V_m = @@{ uniform = [1, 0] }\n", "population[0].V_m", "lies below its lower end"},
      {"V_m = { normal = [0, @@-1] }\n", "population[0].V_m.normal[1]", "allowed: [0, inf) mV"},
      {"V_m = { normal = [@@inf, 1] }\n", "population[0].V_m.normal[0]", "not a finite number"},
      {"V_m = @@{ normal = [0, 1], low = 0 }\n", "population[0].V_m.outside", "missing"},
      {"V_m = { normal = [0, 1], low = 0, outside = @@\"redrw\" }\n", "population[0].V_m.outside",
       "allowed: redraw, clip; did you mean 'redraw'?"},
      {"V_m = @@{ normal = [0, 1], low = 7, outside = \"redraw\" }\n", "population[0].V_m", "bounds that keep more"},
      {"V_m = @@{ normal = [0, 1], low = 2, high = 1, outside = \"clip\" }\n", "population[0].V_m", "not below high"},
      {"V_m = { uniform = [0, 1], @@low = 1 }\n", "population[0].V_m.low", "there is no key"},
      {"V_m = { @@unifrm = [0, 1], list = [1,2,3,4,5,6,7,8,9,10] }\n", "population[0].V_m.unifrm", "'uniform'"},
      {"V_m = @@{ list = [] }\n", "population[0].V_m", "the list is empty"},
      {"V_m = { list = [1, @@\"x\"] }\n", "population[0].V_m.list[1]", "not a finite number with a unit"},
  };
  for (const BadFile& file : files) expect_refused(file, simulation + exc_population, "");
}

}  // namespace
}  // namespace synop
