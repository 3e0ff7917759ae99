// Every stimulus, from an experiment file to what it does; and what is refused.
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "support/bad_experiment.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using namespace test;

const std::string head =
    "[simulation]\nduration = \"200 ms\"\n[[population]]\nname = \"p\"\nmodel = \"iaf_psc_delta\"\nsize = 100\n"
    "[[stimulus]]\ntarget = \"p\"\n";

std::size_t spikes_under(const std::string& stimulus) {
  const Network network = compose(parse_experiment(head + stimulus, "x.toml", model_catalogue())).build();
  Simulation simulation(network);
  SpikeRecorder recorder({0});
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(200.0));
  return recorder.spikes().size();
}

TEST(StimulusSections, MakeEveryStimulus) {
  const char* const stimuli[] = {
      "model = \"poisson_generator\"\nrate = \"20 kHz\"\nweight = \"0.5 mV\"\n",
      "model = \"inhomogeneous_poisson_generator\"\nrate_times = [10, \"0.1 s\"]\nrate_values = [\"20 kHz\", "
      "0]\nweight = 0.5\n",
      "model = \"sinusoidal_poisson_generator\"\nrate = 10000\namplitude = 10000\nfrequency = 10\nphase = 90\nweight = "
      "0.5\n",
      "model = \"gamma_sup_generator\"\nrate = 100\ngamma_shape = 4\nn_proc = 100\nweight = 0.5\n",
      "model = \"mip_generator\"\nrate = 20000\np_copy = 0.5\nweight = 0.5\n",
      "model = \"pulsepacket_generator\"\npulse_times = [\"50 ms\"]\nactivity = 50\nsdev = \"1 ms\"\nweight = 0.5\n",
      "model = \"dc_generator\"\namplitude = 500\n",
      "model = \"step_current_generator\"\namplitude_times = [10, 20]\namplitude_values = [\"1 nA\", 0]\n",
      "model = \"ac_generator\"\namplitude = 500\noffset = 100\nfrequency = 20\ndt = \"0.2 ms\"\n",
      "model = \"noise_generator\"\nmean = 400\nstd = 100\n",
  };
  for (const char* const stimulus : stimuli) {
    EXPECT_GT(spikes_under(stimulus), 99u) << stimulus;
    EXPECT_EQ(spikes_under(std::string(stimulus) + "start = \"1 s\"\n"), 0u) << stimulus;
  }
}

std::string error_in(const std::string& stimulus) {
  return message_of([&] { (void)compose(parse_experiment(head + stimulus, "bad.toml", model_catalogue())); });
}

TEST(StimulusErrors, NameKeyAndValue) {
  const std::pair<const char*, const char*> files[] = {
      {"model = \"inhomogeneous_poisson_generator\"\nrate_times = [10, 10]\nrate_values = [1, 2]\n",
       "key 'stimulus[0].rate_times[1]': value 10 is not after the one before it"},
      {"model = \"inhomogeneous_poisson_generator\"\nrate_times = [10, 20]\nrate_values = [1]\n",
       "key 'stimulus[0].rate_values': the array has 1 values and rate_times has 2"},
      {"model = \"inhomogeneous_poisson_generator\"\nrate_times = [10]\n",
       "key 'stimulus[0].rate_values': this key is missing"},
      {"model = \"inhomogeneous_poisson_generator\"\nrate_times = [10]\nrate_values = [-1]\n",
       "key 'stimulus[0].rate_values[0]': value -1 is out of range; allowed: [0, 1000000000] Hz"},
      {"model = \"gamma_sup_generator\"\ngamma_shape = 2.5\n", "must be whole numbers, not 2.5"},
      {"model = \"mip_generator\"\np_copy = 2\n", "key 'stimulus[0].p_copy'"},
      {"model = \"ac_generator\"\nweight = 1\n",
       "key 'stimulus[0].weight': this key has no effect on ac_generator, which injects"},
      {"model = \"noise_generator\"\nmean = \"1 mV\"\n", "key 'stimulus[0].mean'"},
      {"model = \"ac_generator\"\nfrequency = 1000\ndt = 1\n", "longer than half a period"},
      {"model = \"sinusoidal_poisson_generatr\"\n", "did you mean 'sinusoidal_poisson_generator'?"},
      {"model = \"pulsepacket_generator\"\npulse_times = [5]\nactivity = 1.5\n", "not a whole number"},
  };
  for (const auto& [text, says] : files)
    EXPECT_NE(error_in(text).find(says), std::string::npos) << text << error_in(text);
}

}  // namespace
}  // namespace synop
