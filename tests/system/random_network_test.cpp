// Random small networks in the engine and in the reference simulator: every spike must be the same.
#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/random_network.hpp"
#include "support/reference_simulator.hpp"

namespace synop {
namespace {

using test::GlobalSpike;
using test::RandomNetwork;

// The first difference between two sorted lists is a rounding if it is one spike that no input triggered, one tick
// apart, whose exact crossing lies as close to the boundary of two ticks as the engine's error can move it.
struct Difference {
  bool rounding = false;
  double boundary_distance = 0.0;  // ticks
  double allowed = 0.0;            // ticks
  std::string text;
};

// The engine keeps a potential to some 40 roundings of a double of the largest voltage that occurs; beside it a
// crossing time is rounded by less than 1e-3 tick. Never more than a twentieth of a tick, or anything would pass.
double allowed_distance(const reference::Spike& spike, double largest_voltage) {
  return std::min(0.05, 1e-3 + 40.0 * 0x1p-52 * largest_voltage * std::abs(spike.ticks_per_mV));
}

std::optional<Difference> first_difference(const std::vector<reference::Spike>& expected,
                                           const std::vector<GlobalSpike>& actual, double largest_voltage) {
  const std::size_t common = std::min(expected.size(), actual.size());
  std::size_t k = 0;
  while (k < common && expected[k].time == actual[k].time && expected[k].neuron == actual[k].neuron) ++k;
  if (k == expected.size() && k == actual.size()) return std::nullopt;
  const auto name = [](const auto& list, std::size_t i) {
    return i < list.size() ? fmt::format("neuron {} at tick {}", list[i].neuron, list[i].time.ticks)
                           : std::string("none");
  };
  Difference difference;
  difference.text = fmt::format("spike {} of {}: reference {}, engine {} (of {})", k, expected.size(),
                                name(expected, k), name(actual, k), actual.size());
  // The reference's spike that the engine has one tick earlier or later.
  for (std::size_t i = k; i < expected.size() && i < k + 4; ++i)
    for (std::size_t j = k; j < actual.size() && j < k + 4; ++j) {
      if (expected[i].neuron != actual[j].neuron || (i != k && j != k)) continue;
      if (std::abs((expected[i].time - actual[j].time).ticks) != 1 || expected[i].by_input) continue;
      difference.boundary_distance = expected[i].boundary_distance;
      difference.allowed = allowed_distance(expected[i], largest_voltage);
      difference.rounding = difference.boundary_distance <= difference.allowed;
      return difference;
    }
  return difference;
}

// After a tick that was rounded differently the rest of a network is not compared: such a difference grows.
void compare(test::RandomNetworkOptions options, std::uint32_t first_seed, std::uint32_t networks) {
  std::size_t spikes = 0;
  std::size_t silent = 0;
  std::size_t roundings = 0;
  for (std::uint32_t seed = first_seed; seed < first_seed + networks; ++seed) {
    const RandomNetwork network = test::random_network(seed, options);
    const std::vector<reference::Spike> expected = reference::simulate(network.description, network.end).spikes;
    spikes += expected.size();
    silent += expected.empty();
    const std::vector<GlobalSpike> whole = test::run_engine(network, {.threads = 1});
    const std::vector<GlobalSpike> split = test::run_engine(network, {.threads = 3, .splits = 7, .seed = seed});
    ASSERT_TRUE(whole == split) << "seed " << seed << ": threads or splits change the spikes";
    const auto difference = first_difference(expected, whole, network.largest_voltage);
    if (!difference) continue;
    ASSERT_TRUE(difference->rounding) << "seed " << seed << ": " << difference->text << "; crossing "
                                      << difference->boundary_distance << " ticks from a boundary, allowed "
                                      << difference->allowed;
    fmt::print("seed {}: a tick rounded differently, {:.2g} ticks from the boundary (allowed {:.2g})\n", seed,
               difference->boundary_distance, difference->allowed);
    ++roundings;
  }
  fmt::print("{} networks, {} spikes, {} networks silent, {} ticks rounded differently\n", networks, spikes, silent,
             roundings);
  EXPECT_GT(spikes, 20u * networks);
  EXPECT_LT(silent, networks / 10);
  EXPECT_LE(roundings, networks / 50);
}

using reference::Model;

TEST(RandomNetworks, OfDeltaNeuronsAndParrotsSpikeAsTheReference) {
  compare({.models = {Model::iaf_psc_delta, Model::iaf_psc_delta, Model::parrot_neuron}}, 1, 400);
}

TEST(RandomNetworks, OfPerfectIntegratorsSpikeAsTheReference) {
  compare({.models = {Model::if_psc_delta}}, 4001, 300);
}

TEST(RandomNetworks, OfNeuronsWithCurrentsSpikeAsTheReference) {
  compare({.models = {Model::iaf_psc_exp}, .duration = 60.0}, 1001, 400);
}

TEST(RandomNetworks, OfNeuronsWithAlphaCurrentsSpikeAsTheReference) {
  compare({.models = {Model::iaf_psc_alpha}, .duration = 60.0}, 5001, 400);
}

TEST(RandomNetworks, OfAdaptiveNeuronsSpikeAsTheReference) {
  compare({.models = {Model::iaf_psc_delta_adaptive}}, 2001, 200);
}

TEST(RandomNetworks, OfAllModelsSpikeAsTheReference) {
  compare({.models = {Model::iaf_psc_delta, Model::iaf_psc_exp, Model::iaf_psc_delta_adaptive, Model::parrot_neuron},
           .duration = 60.0},
          3001, 200);
}

}  // namespace
}  // namespace synop
