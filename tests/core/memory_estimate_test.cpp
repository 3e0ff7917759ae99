// The estimate that is compared with the memory of the machine, against what building takes at its peak.
#include <malloc.h>

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SYNOP_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SYNOP_TEST_SANITIZED
#endif

namespace synop {
namespace {

// "VmHWM" (the peak) or "VmRSS" of this process, in bytes; 0 if the system does not tell.
double resident(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kilobytes = 0.0; word == key + ":" && status >> kilobytes) return kilobytes * 1024.0;
  return 0.0;
}

bool restart_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

double peak_over_estimate(const Distribution& weight, const Distribution& delay) {
  NetworkBuilder builder(3);
  const auto parrots = builder.add_population("parrots", 1500, ParrotNeuron{});
  builder.connect(parrots, parrots, AllToAll(), {.weight = weight, .delay = delay});
  const double estimate = builder.estimate().total_bytes();
  malloc_trim(0);  // what earlier networks have left
  const double before = resident("VmRSS");
  if (!restart_peak() || before == 0.0) return 0.0;
  const Network network = builder.build({.threads = 1});
  return (resident("VmHWM") - before) / estimate;
}

TEST(MemoryEstimate, IsThePeakOfBuildingANetwork) {
#ifdef SYNOP_TEST_SANITIZED
  GTEST_SKIP() << "a sanitizer takes memory of its own";
#endif
  const double random_delays = peak_over_estimate(uniform(0.0, 1.0), uniform(0.5, 2.0));
  if (random_delays == 0.0) GTEST_SKIP() << "the system does not tell the peak";
  EXPECT_NEAR(random_delays, 1.0, 0.15);
  EXPECT_NEAR(peak_over_estimate(normal(0.0, 1.0), uniform(0.5, 2.0)), 1.0, 0.15);
  EXPECT_NEAR(peak_over_estimate(normal(0.0, 1.0), constant(1.0)), 1.0, 0.15);
  EXPECT_NEAR(peak_over_estimate(uniform(0.0, 1.0), constant(1.0)), 1.0, 0.15);
}

}  // namespace
}  // namespace synop
