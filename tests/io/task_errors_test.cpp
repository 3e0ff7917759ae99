#include <string>

#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"

namespace synop {
namespace {

using namespace test;

// A task in four parts.
const std::string basic =
    "[task]\ntype = \"unsupervised_classification\"\ninput = \"in\"\nreadout = \"exc\"\npresentation = 350\n";
const std::string dataset = "[task.dataset]\nsource = \"generated\"\n";
const std::string phase = "[[task.phase]]\nname = \"train\"\nsamples = 5\nrole = \"train\"\n";

TEST(TaskErrors, OfSubtablesNameKeyAndPosition) {
  const BadFile files[] = {
      {"[task.encoder]\ntype = @@\"poisson\"\n", "task.encoder.type", "known: poisson_rate"},
      {"[task.encoder]\nmax_rate = @@-1\n", "task.encoder.max_rate", "[0, inf) Hz"},
      {"[task.between_samples]\nreset_state = @@0\n", "task.between_samples.reset_state", "true or false"},
      {"[task.between_samples]\nnormalize = { projection = @@\"x\", total = 1 }\n",
       "task.between_samples.normalize.projection", "names no projection"},
      {"[task.between_samples]\nnormalize = { projection = \"ee\", total = @@0 }\n",
       "task.between_samples.normalize.total", "(0, inf) mV"},
      {"[task.between_samples]\nnormalize = { projection = \"ee\", length = @@0 }\n",
       "task.between_samples.normalize.length", "(0, inf) mV"},
      {"[task.between_samples]\nnormalize = { projection = \"ee\", length = 1, total = @@1 }\n",
       "task.between_samples.normalize.total", "one of total and length"},
      {"[task.between_samples]\nnormalize = { projection = \"ee\", total = 1, every = @@\"image\" }\n",
       "task.between_samples.normalize.every", "allowed: sample, presentation"},
      {"[task.between_samples]\nnormalize = @@{ projection = \"ee\" }\n", "task.between_samples.normalize.total", "missing"},
      {"[task.between_samples]\nrepeat_when_silent = @@{ min_spikes = 5, rate_step = 32 }\n",
       "task.between_samples.repeat_when_silent.max_repeats", "missing"},
      {"[task.between_samples]\nrepeat_when_silent = { min_spikes = 5, rate_step = 32, max_repeats = @@16 }\n",
       "task.between_samples.repeat_when_silent.max_repeats", "[0, 15]"},
      {"[[task.phase]]\nsamples = 5\nrole = @@\"tset\"\n", "task.phase[1].role", "did you mean 'test'?"},
      {"[[task.phase]]\nsamples = @@0\nrole = \"test\"\n", "task.phase[1].samples", "[1, 4294967295]"},
      {"[[task.phase]]\nfirst = @@-1\nsamples = 1\nrole = \"test\"\n", "task.phase[1].first", "out of range"},
      {"[[task.phase]]\nfirst = 4294967290\nsamples = @@6\nrole = \"test\"\n", "task.phase[1].samples", "[1, 5]"},
      {"@@[[task.phase]]\nrole = \"test\"\n", "task.phase[1].samples", "missing"},
      {"[[task.phase]]\nname = @@\"train\"\nsamples = 1\nrole = \"test\"\n", "task.phase[1].name", "already the name"},
      {"[task.readout_rule]\ntype = @@\"max\"\n", "task.readout_rule.type", "names no readout rule"},
      {"[simulation]\nduration = @@1\n", "simulation.duration", "no effect on a task"},
      {"[task.encoder]\ntype = \"latency\"\ncourse = \"linear\"\nt_max = 10\ntau = @@5\n", "task.encoder.tau",
       "no effect on course"},
      {"[task.encoder]\ntype = \"latency\"\ncourse = \"linear\"\nt_max = @@350\n", "task.encoder.t_max",
       "before the end of the presentation"},
      {"[task.encoder]\ntype = \"latency\"\ncourse = @@\"log\"\nt_max = 10\n", "task.encoder.course",
       "linear, logarithmic"},
      {"@@[task.encoder]\ntype = \"latency\"\ncourse = \"logarithmic\"\nt_max = 10\n", "task.encoder.threshold",
       "missing"},
      {"[task.encoder]\ntype = \"poisson_rate\"\nrandom_phase = @@true\n", "task.encoder.random_phase",
       "no effect on type"},
      {"[task.encoder]\ntype = \"regular_rate\"\nrandom_phase = @@1\n", "task.encoder.random_phase", "true or false"},
      {"[task.encoder]\ntype = \"latency\"\ncourse = \"linear\"\nt_max = 9\n[task.between_samples]\n"
       "repeat_when_silent = @@{ min_spikes = 5, rate_step = 32, max_repeats = 1 }\n",
       "task.between_samples.repeat_when_silent", "raises the rate of an encoder"},
  };
  const std::string ee = "[[projection]]\nname = \"ee\"\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
  for (const BadFile& file : files)
    expect_refused(file, exc_population + in_population + ee + basic + dataset + phase, "");
}

TEST(TaskErrors, OfTheTaskNameKeyAndPosition) {
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
  for (const BadFile& file : basics) expect_refused(file, exc_population + in_population, rest);
  const BadFile datasets[] = {
      {"[task.dataset]\nsource = @@\"mnist\"\n", "task.dataset.source", "allowed: generated, idx"},
      {"@@[task.dataset]\nsource = \"idx\"\n", "task.dataset.path", "missing"},
      {"[task.dataset]\nsource = \"generated\"\npath = @@\"x\"\n", "task.dataset.path", "no effect"},
      {"[task.dataset]\nsource = \"idx\"\npath = \"x\"\nseed = @@1\n", "task.dataset.seed", "no effect"},
      {"[task.dataset]\nsource = \"generated\"\npatch = @@{ least_intensity = 0.1 }\n", "task.dataset.patch.size", "missing"},
      {"[task.dataset]\nsource = \"generated\"\npatch = { size = @@0 }\n", "task.dataset.patch.size", "[1, 32768]"},
      {"[task.dataset]\nsource = \"generated\"\npatch = { size = [7, 7], least_intensity = @@1 }\n",
       "task.dataset.patch.least_intensity", "[0, 1)"},
      {"[task.dataset]\nsource = \"csv\"\npath = \"x\"\nclasses = 2\nlow = 0\nhigh = 1\npatch = @@{ size = 7 }\n",
       "task.dataset.patch", "no effect on source"},
      {"@@[task.dataset]\nsource = \"event_bin\"\npath = \"x\"\nclasses = 10\nwidth = 34\nheight = 34\n",
       "task.dataset.polarities", "missing"},
      {"[task.dataset]\nsource = \"event_bin\"\npath = \"x\"\nclasses = 10\nwidth = 34\nheight = @@241\npolarities = 2\n",
       "task.dataset.height", "[1, 240]"},
      {"[task.dataset]\nsource = \"event_bin\"\npath = \"x\"\nclasses = 10\nwidth = 34\nheight = 34\npolarities = "
       "@@3\n",
       "task.dataset.polarities", "[1, 2]"},
      {"@@[task.dataset]\nsource = \"event_hdf5\"\npath = \"x\"\nclasses = 20\n", "task.dataset.channels", "missing"},
      {"[task.dataset]\nsource = \"event_hdf5\"\npath = \"x\"\nclasses = 20\nchannels = 7\nwidth = @@7\n",
       "task.dataset.width", "no effect"},
      {"[task.dataset]\nsource = \"event_csv\"\npath = \"x\"\nclasses = 20\nwidth = 7\nheight = 7\npolarities = "
       "2\ntime_unit = @@\"min\"\n",
       "task.dataset.time_unit", "names no unit of time"},
      {"[task.dataset]\nsource = \"csv\"\npath = \"x\"\nclasses = 20\nlow = 1\nhigh = @@1\n", "task.dataset.high",
       "not above low"},
      {"[task.dataset]\nsource = \"synthetic_saccades\"\nthreshold = @@0\n", "task.dataset.threshold", "[0.01, 2]"},
      {"[task.dataset]\nsource = \"synthetic_saccades\"\npath = \"x\"\nseed = @@1\n", "task.dataset.seed", "no effect"},
  };
  for (const BadFile& file : datasets) expect_refused(file, exc_population + in_population + basic + phase, "");
  expect_refused({"", "task.dataset", "missing"}, exc_population + in_population + "@@" + basic + phase, "");
  expect_refused({"", "task.phase", "missing"}, exc_population + in_population + "@@" + basic + dataset, "");
}

}  // namespace
}  // namespace synop
