#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fake_catalogue.hpp"
#include "synop/core/error.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {
namespace {

constexpr std::string_view marker = "@@";

std::string error_of(const std::string& text) {
  try {
    parse_experiment(text, "bad.toml", test::fake_catalogue());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "no error";
}

// "bad.toml:<line>:<column>" of the marker, which is taken out of the text.
std::string take_marker(std::string& text) {
  const std::size_t at = text.find(marker);
  if (at == std::string::npos) return "the text has no marker";
  text.erase(at, marker.size());
  const std::string before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  return fmt::format("bad.toml:{}:{}", line, at - (before.rfind('\n') + 1) + 1);
}

// A text with the marker where the error is, the key it names, and a part of what it says.
struct BadFile {
  const char* text;
  const char* key;
  const char* says;
};

void expect_refused(const BadFile& bad, const std::string& before, const std::string& after) {
  std::string text = before + bad.text + after;
  const std::string place = take_marker(text);
  const std::string expected = fmt::format("{}: key '{}': ", place, bad.key);
  const std::string error = error_of(text);
  EXPECT_EQ(error.substr(0, expected.size()), expected) << bad.text << "\n" << error;
  EXPECT_NE(error.find(bad.says), std::string::npos) << bad.text << "\n" << error;
  EXPECT_EQ(error.find('\n'), std::string::npos) << "more than one error: " << error;
}

const std::string simulation = "[simulation]\nduration = \"1 s\"\n";
const std::string exc = "[[population]]\nname = \"exc\"\nmodel = \"iaf_psc_delta\"\nsize = 10\n";
const std::string in = "[[population]]\nname = \"in\"\nmodel = \"poisson_population\"\nsize = 10\n";

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
      {"[simulation]\nduration = @@inf\n", "simulation.duration", "not a finite number"},
      {"[simulation]\nduration = @@1e12\n", "simulation.duration", "out of range"},
      {"[simulation]\nduration = @@1979-05-27\n", "simulation.duration", "a date"},
      {"[simulation]\nduration = 5\nwarm_up = @@5\n", "simulation.warm_up", "not below duration"},
      {"[simulation]\nduration = 5\nwarm_up = @@-1\n", "simulation.warm_up", "out of range"},
      {"[simulation]\nduration = 5\nthreads = @@-1\n", "simulation.threads", "[0, 65536]"},
      {"[simulation]\nduration = 5\ndelay_resolution = @@0\n", "simulation.delay_resolution", "out of range"},
      {"[simulation]\nduration = 5\n@@dealy_resolution = 1\n", "simulation.dealy_resolution", "'delay_resolution'"},
      {"[simulation]\nduration = 5\n@@zzzzzzz = 1\n", "simulation.zzzzzzz", "known: duration, warm_up, threads"},
      {"simulation = @@3\n", "simulation", "allowed: a table"},
  };
  for (const BadFile& file : files) expect_refused(file, "", exc);
}

TEST(ExperimentErrors, InPopulationsNameKeyAndPosition) {
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

TEST(ExperimentErrors, InSpikeTimesNameKeyAndPosition) {
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

TEST(ExperimentErrors, InDistributionsNameKeyAndPosition) {
  const BadFile files[] = {
      {"V_m = @@{}\n", "population[0].V_m", "exactly one of the keys uniform, normal and list"},
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
      {"V_m = @@{ normal = [0, 1], low = 7, outside = \"redraw\" }\n", "population[0].V_m", "redrawing would not end"},
      {"V_m = @@{ normal = [0, 1], low = 2, high = 1, outside = \"clip\" }\n", "population[0].V_m", "not below high"},
      {"V_m = { uniform = [0, 1], @@low = 1 }\n", "population[0].V_m.low", "there is no key"},
      {"V_m = { @@unifrm = [0, 1], list = [1,2,3,4,5,6,7,8,9,10] }\n", "population[0].V_m.unifrm", "'uniform'"},
      {"V_m = @@{ list = [] }\n", "population[0].V_m", "the list is empty"},
      {"V_m = { list = [1, @@\"x\"] }\n", "population[0].V_m.list[1]", "not a finite number with a unit"},
  };
  for (const BadFile& file : files) expect_refused(file, simulation + exc, "");
}

TEST(ExperimentErrors, InProjectionsNameKeyAndPosition) {
  const std::string ends = "source = \"exc\"\ntarget = \"exc\"\n";
  const std::string all = ends + "rule = \"all_to_all\"\n";
  const std::string start = simulation + exc + in;
  const auto expect = [&](const std::string& before, const BadFile& file) { expect_refused(file, start + before, ""); };
  const std::string head = "[[projection]]\n";

  expect("@@" + head + "target = \"exc\"\nrule = \"all_to_all\"\n", {"", "projection[0].source", "missing"});
  expect("@@" + head + "source = \"exc\"\nrule = \"all_to_all\"\n", {"", "projection[0].target", "missing"});
  expect("@@" + head + ends, {"", "projection[0].rule", "missing"});
  const BadFile slices[] = {
      {"source = @@\"ecx\"\n", "projection[0].source", "names no population (did you mean 'exc'?)"},
      {"source = @@5\n", "projection[0].source", "an integer"},
      {"source = @@\"exc[0:11]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[5:5]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[-1:5]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[0:99999999999999999999]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[3]\"\n", "projection[0].source", "is not a slice"},
      {"source = @@\"exc[3:4\"\n", "projection[0].source", "is not a slice"},
      {"source = @@\"exc[3:4]x\"\n", "projection[0].source", "is not a slice"},
  };
  for (const BadFile& file : slices) expect(head + "target = \"exc\"\nrule = \"all_to_all\"\n", file);

  const BadFile rules[] = {
      {"rule = @@\"all_to_al\"\n", "projection[0].rule", "did you mean 'all_to_all'?"},
      {"rule = @@\"conngen\"\n", "projection[0].rule", "allowed: one_to_one, all_to_all"},
      {"rule = \"all_to_all\"\nindegree = @@3\n", "projection[0].indegree", "with rule fixed_indegree"},
      {"rule = \"all_to_all\"\np = @@0.5\n", "projection[0].p", "with rule pairwise_bernoulli"},
      {"rule = \"fixed_indegree\"\nindegree = @@-3\n", "projection[0].indegree", "[0, 4294967295]"},
      {"rule = \"fixed_indegree\"\nindegree = @@11\nallow_multapses = false\n", "projection[0].indegree",
       "more than the 10 sources"},
      {"rule = \"fixed_indegree\"\nindegree = @@10\nallow_multapses = false\nallow_autapses = false\n",
       "projection[0].indegree", "more than the 9 sources"},
      {"rule = \"pairwise_bernoulli\"\np = @@1.1\n", "projection[0].p", "[0, 1]"},
      {"rule = \"pairwise_bernoulli\"\np = @@nan\n", "projection[0].p", "not a finite number"},
      {"rule = \"pairwise_bernoulli\"\np = @@\"0.5 mV\"\n", "projection[0].p", "a pure number"},
      {"rule = \"explicit\"\nconnections = [[0, 1], [0, @@10]]\n", "projection[0].connections[1][1]", "[0, 9]"},
      {"rule = \"explicit\"\nconnections = [@@[0]]\n", "projection[0].connections[0]", "a pair [source, target]"},
      {"rule = \"explicit\"\nconnections = @@[]\nfile = \"x.csv\"\n", "projection[0].connections", "exactly one"},
      {"rule = \"explicit\"\nconnections = [[0, 1]]\nweight = @@{ list = [1, 2] }\n", "projection[0].weight",
       "one for each of the 1 synapses"},
      {"rule = \"pairwise_bernoulli\"\np = 0.1\nweight = @@{ list = [1, 2] }\n", "projection[0].weight", "to chance"},
      {"rule = \"one_to_one\"\ndelay = @@{ list = [1, 2] }\n", "projection[0].delay",
       "one for each of the 10 synapses"},
  };
  for (const BadFile& file : rules) expect(head + ends, file);
  expect("@@" + head + ends + "rule = \"fixed_indegree\"\n", {"", "projection[0].indegree", "missing"});
  expect("@@" + head + ends + "rule = \"pairwise_bernoulli\"\n", {"", "projection[0].p", "missing"});
  expect("@@" + head + ends + "rule = \"explicit\"\n", {"", "projection[0].connections", "exactly one"});
  expect(head + "source = \"exc[0:3]\"\ntarget = \"exc\"\n",
         {"rule = @@\"one_to_one\"\n", "projection[0].rule", "joins 3 sources to 10 targets"});
  expect(head + "source = \"exc\"\nrule = \"all_to_all\"\n",
         {"target = @@\"in\"\n", "projection[0].target", "takes no input"});

  const BadFile synapses[] = {
      {"synapse = @@\"sdtp_synapse\"\n", "projection[0].synapse", "did you mean 'stdp_synapse'?"},
      {"synapse = \"stdp_synapse\"\nparams = { lambda = @@1 }\n", "projection[0].params.lambda", "allowed: (0, 1)"},
      {"params = { @@lambda = 0.5 }\n", "projection[0].params.lambda", "static_synapse has no parameter"},
      {"weight = @@\"1 pA\"\n", "projection[0].weight", "a voltage"},
      {"weight = @@inf\n", "projection[0].weight", "not a finite number"},
      {"delay = @@-1\n", "projection[0].delay", "value -1 is out of range; allowed: [0, "},
      {"delay = @@\"1 mV\"\n", "projection[0].delay", "a time"},
      {"delay = { uniform = [@@-1, 2] }\n", "projection[0].delay.uniform[0]", "out of range"},
      {"delay = @@{ normal = [1.5, 0.7] }\n", "projection[0].delay", "allowed: low >= 0"},
      {"delay = @@{ normal = [1.5, 0.7], low = -1, outside = \"clip\" }\n", "projection[0].delay", "allowed: low >= 0"},
      {"delay_split = @@\"axonal\"\n", "projection[0].delay_split", "no effect on static_synapse"},
      {"synapse = \"stdp_synapse\"\ndelay_split = @@\"axnal\"\n", "projection[0].delay_split",
       "did you mean 'axonal'?"},
      {"synapse = \"stdp_synapse\"\ndelay_split = @@0.3\n", "projection[0].delay_split", "axonal, dendritic"},
      {"synapse = \"stdp_synapse\"\ndelay_split = { dendritic_fraction = @@1.3 }\n",
       "projection[0].delay_split.dendritic_fraction", "[0, 1]"},
      {"weight_precision = @@\"half\"\n", "projection[0].weight_precision", "allowed: float, double"},
      {"allow_autapses = @@1\n", "projection[0].allow_autapses", "true or false"},
      {"@@wieght = 1\n", "projection[0].wieght", "did you mean 'weight'?"},
  };
  for (const BadFile& file : synapses) expect(head + all, file);
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
       "allowed: spike_recorder, multimeter, weights"},
      {"@@[[recorder]]\nmodel = \"spike_recorder\"\n", "recorder[0].source", "missing"},
      {"[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"exc\"\n@@interval = 1\n", "recorder[0].interval",
       "there is no key"},
      {"@@[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\n", "recorder[0].record", "missing"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = @@[]\n", "recorder[0].record", "empty"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [@@1]\n", "recorder[0].record[0]",
       "an integer"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [\"V_m\", @@\"V_m\"]\n",
       "recorder[0].record[1]", "twice"},
      {"[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [\"V_m\"]\ninterval = @@0\n",
       "recorder[0].interval", "out of range"},
      {"[[recorder]]\nmodel = \"weights\"\nprojection = @@\"eee\"\n", "recorder[0].projection", "did you mean 'ee'?"},
      {"[output]\nspikes = @@1\n", "output.spikes", "true or false"},
      {"[output]\n@@plot = true\n", "output.plot", "did you mean 'plots'?"},
      {"[energy]\ntables = @@\"x\"\n", "energy.tables", "an array of names"},
      {"[energy]\ntables = [@@1]\n", "energy.tables[0]", "an integer"},
  };
  const std::string ee = "[[projection]]\nname = \"ee\"\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
  for (const BadFile& file : files) expect_refused(file, simulation + exc + in + ee, "");
}

TEST(ExperimentErrors, InTasksNameKeyAndPosition) {
  const std::string basic =
      "[task]\ntype = \"unsupervised_classification\"\ninput = \"in\"\nreadout = \"exc\"\npresentation = 350\n";
  const std::string dataset = "[task.dataset]\nsource = \"generated\"\n";
  const std::string phase = "[[task.phase]]\nname = \"train\"\nsamples = 5\nrole = \"train\"\n";
  const BadFile files[] = {
      {"[task.encoder]\ntype = @@\"poisson\"\n", "task.encoder.type", "known: poisson_rate"},
      {"[task.encoder]\nmax_rate = @@-1\n", "task.encoder.max_rate", "[0, inf) Hz"},
      {"[task.between_samples]\nreset_state = @@0\n", "task.between_samples.reset_state", "true or false"},
      {"[task.between_samples]\nnormalize = { projection = @@\"x\", total = 1 }\n",
       "task.between_samples.normalize.projection", "names no projection"},
      {"[task.between_samples]\nnormalize = { projection = \"ee\", total = @@0 }\n",
       "task.between_samples.normalize.total", "(0, inf) mV"},
      {"[task.between_samples]\nrepeat_when_silent = @@{ min_spikes = 5, rate_step = 32 }\n",
       "task.between_samples.repeat_when_silent.max_repeats", "missing"},
      {"[[task.phase]]\nsamples = 5\nrole = @@\"tset\"\n", "task.phase[1].role", "did you mean 'test'?"},
      {"[[task.phase]]\nsamples = @@0\nrole = \"test\"\n", "task.phase[1].samples", "[1, 4294967295]"},
      {"[[task.phase]]\nfirst = @@-1\nsamples = 1\nrole = \"test\"\n", "task.phase[1].first", "out of range"},
      {"[[task.phase]]\nfirst = 4294967290\nsamples = @@6\nrole = \"test\"\n", "task.phase[1].samples", "[1, 5]"},
      {"@@[[task.phase]]\nrole = \"test\"\n", "task.phase[1].samples", "missing"},
      {"[[task.phase]]\nname = @@\"train\"\nsamples = 1\nrole = \"test\"\n", "task.phase[1].name", "already the name"},
      {"[task.readout_rule]\ntype = @@\"max\"\n", "task.readout_rule.type", "names no readout rule"},
      {"[simulation]\nduration = @@1\n", "simulation.duration", "no effect on a task"},
  };
  const std::string ee = "[[projection]]\nname = \"ee\"\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
  for (const BadFile& file : files) expect_refused(file, exc + in + ee + basic + dataset + phase, "");

  const std::string rest = "presentation = 350\n" + dataset + phase;
  const BadFile basics[] = {
      {"[task]\ntype = @@\"x\"\ninput = \"in\"\nreadout = \"exc\"\n", "task.type", "names no task"},
      {"[task]\ntype = \"unsupervised_classification\"\ninput = @@\"inn\"\nreadout = \"exc\"\n", "task.input", "'in'"},
      {"[task]\ntype = \"unsupervised_classification\"\ninput = @@\"exc\"\nreadout = \"exc\"\n", "task.input",
       "not a spike source"},
      {"[task]\ntype = \"unsupervised_classification\"\ninput = \"in\"\nreadout = @@\"in\"\n", "task.readout",
       "is a spike source"},
      {"[task]\ntype = \"unsupervised_classification\"\ninput = \"in\"\nreadout = \"exc\"\nrest = @@-1\n", "task.rest",
       "out of range"},
  };
  for (const BadFile& file : basics) expect_refused(file, exc + in, rest);
  const BadFile datasets[] = {
      {"[task.dataset]\nsource = @@\"mnist\"\n", "task.dataset.source", "allowed: generated, idx"},
      {"@@[task.dataset]\nsource = \"idx\"\n", "task.dataset.path", "missing"},
      {"[task.dataset]\nsource = \"generated\"\npath = @@\"x\"\n", "task.dataset.path", "no effect"},
      {"[task.dataset]\nsource = \"idx\"\npath = \"x\"\nseed = @@1\n", "task.dataset.seed", "no effect"},
  };
  for (const BadFile& file : datasets) expect_refused(file, exc + in + basic + phase, "");
  expect_refused({"", "task.dataset", "missing"}, exc + in + "@@" + basic + phase, "");
  expect_refused({"", "task.phase", "missing"}, exc + in + "@@" + basic + dataset, "");
}

TEST(ExperimentErrors, NameTheDuplicateAndNotTheFirst) {
  const std::string projection = "[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
  expect_refused({"[[population]]\nname = @@\"exc\"\nmodel = \"iaf_psc_delta\"\nsize = 1\n", "population[1].name",
                  "already the name of another population"},
                 simulation + exc, "");
  expect_refused({"name = @@\"a\"\n", "projection[1].name", "already the name of another projection"},
                 simulation + exc + projection + "name = \"a\"\n" + projection, "");
}

TEST(ExperimentErrors, DoNotFollowFromOneAnother) {
  const std::string ends = "[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\n";
  const std::string start = simulation + exc;
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
  const std::string error = error_of("sed = 1\n[simulation]\nduration = \"1 mV\"\n" + exc + "parms = {}\n");
  const std::size_t first = error.find("bad.toml:1:1: key 'sed'");
  const std::size_t second = error.find("\nbad.toml:3:12: key 'simulation.duration'");
  const std::size_t third = error.find("\nbad.toml:8:1: key 'population[0].parms'");
  EXPECT_EQ(first, 0u) << error;
  EXPECT_LT(second, third) << error;
  EXPECT_NE(third, std::string::npos) << error;
}

TEST(ExperimentErrors, StopAtTwenty) {
  std::string text = simulation + exc;
  for (int i = 0; i < 25; ++i) text += fmt::format("wrong_{} = 1\n", i);
  const std::string error = error_of(text);
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 20);
  EXPECT_NE(error.find("(and 5 more errors)"), std::string::npos);
}

// The text that gives one parameter of one model.
std::string with_parameter(const ModelEntry& model, std::string_view name, const std::string& value) {
  const std::string setting = fmt::format("{} = {}", name, value);
  switch (model.kind) {
    case ModelKind::neuron:
    case ModelKind::source:
      return fmt::format("{}[[population]]\nname = \"p\"\nmodel = \"{}\"\nsize = 1\nparams = {{ {} }}\n", simulation,
                         model.name, setting);
    case ModelKind::synapse:
      return fmt::format(
          "{}{}[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\nsynapse = \"{}\"\n"
          "params = {{ {} }}\n",
          simulation, exc, model.name, setting);
    default:
      return fmt::format("{}{}[[stimulus]]\nmodel = \"{}\"\ntarget = \"exc\"\n{}\n", simulation, exc, model.name,
                         setting);
  }
}

std::vector<std::string> bad_values(const ParameterInfo& info) {
  std::vector<std::string> values = {
      "nan",           "inf",  "-inf", "\"nan\"", "\"inf\"",
      "\"1 furlong\"", "true", "[1]",  "\"\"",    info.unit == "ms" ? "\"1 mV\"" : "\"1 ms\""};
  const Range& range = info.range;
  if (std::isfinite(range.low)) values.push_back(fmt::format("{}", range.low_open ? range.low : range.low - 1.0));
  if (std::isfinite(range.high)) values.push_back(fmt::format("{}", range.high_open ? range.high : range.high + 1.0));
  return values;
}

TEST(ExperimentErrors, RefuseEveryBadValueOfEveryParameterOfEveryModelByName) {
  int tried = 0;
  for (const ModelEntry& model : test::fake_catalogue().models)
    for (const ParameterDefault& parameter : model.parameters)
      for (const std::string& value : bad_values(parameter.info)) {
        const std::string error = error_of(with_parameter(model, parameter.info.name, value));
        EXPECT_NE(error.find(fmt::format("{}'", parameter.info.name)), std::string::npos)
            << model.name << " " << parameter.info.name << " = " << value << ": " << error;
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
        ++tried;
      }
  EXPECT_GT(tried, 150);
}

TEST(ExperimentErrors, AcceptTheDefaultOfEveryParameterOfEveryModel) {
  for (const ModelEntry& model : test::fake_catalogue().models)
    for (const ParameterDefault& parameter : model.parameters)
      EXPECT_EQ(error_of(with_parameter(model, parameter.info.name,
                                        parameter.info.unit.empty()
                                            ? fmt::format("{}", parameter.default_value)
                                            : fmt::format("\"{} {}\"", parameter.default_value, parameter.info.unit))),
                "no error")
          << model.name << " " << parameter.info.name;
}

}  // namespace
}  // namespace synop
