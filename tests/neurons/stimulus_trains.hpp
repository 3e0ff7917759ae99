#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/gamma_sup_generator.hpp"
#include "synop/neurons/inhomogeneous_poisson_generator.hpp"
#include "synop/neurons/mip_generator.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/pulsepacket_generator.hpp"
#include "synop/neurons/sinusoidal_poisson_generator.hpp"

// What the stimuli that send spikes send, through parrots that repeat what arrives, and one of each kind.
namespace synop::test {

using Trains = std::vector<std::vector<double>>;  // ms, per neuron

template <class Generator>
std::vector<Spike> spikes_of(const Generator& generator, std::uint32_t size, double end, int threads = 1,
                             double split = 0.0) {
  NetworkBuilder builder(3);
  const auto parrots = builder.add_population("parrots", size, ParrotNeuron{});
  builder.drive(parrots, generator, 1.0);
  const Network network = builder.build({.block_size = 4096});
  SimulationOptions options;
  options.threads = threads;
  Simulation simulation(network, options);
  SpikeRecorder recorder(parrots);
  simulation.attach(recorder);
  if (split > 0.0) {  // the state goes through a saved one
    simulation.run_until(Time::from_ms(split));
    simulation.load_state(simulation.save_state());
  }
  simulation.run_until(Time::from_ms(end));
  return {recorder.spikes().begin(), recorder.spikes().end()};
}

template <class Generator>
Trains trains_of(const Generator& generator, std::uint32_t size, double end) {
  Trains trains(size);
  for (const Spike& spike : spikes_of(generator, size, end)) trains[spike.neuron].push_back(spike.time.ms());
  return trains;
}

inline std::size_t total(const Trains& trains) {
  std::size_t n = 0;
  for (const auto& train : trains) n += train.size();
  return n;
}

// Spikes of all trains per bin.
inline std::vector<double> histogram(const Trains& trains, double end, std::size_t bins) {
  std::vector<double> count(bins);
  for (const auto& train : trains)
    for (const double t : train)
      ++count[std::min(bins - 1, static_cast<std::size_t>(t / end * static_cast<double>(bins)))];
  return count;
}

inline double covariance(const std::vector<double>& a, const std::vector<double>& b) {
  double x = 0.0, y = 0.0, xy = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) x += a[k], y += b[k], xy += a[k] * b[k];
  const auto n = static_cast<double>(a.size());
  return xy / n - x / n * y / n;
}

inline void expect_chi_square(const std::vector<double>& count, const std::vector<double>& expected) {
  double chi2 = 0.0, degrees = 0.0;
  for (std::size_t k = 0; k < count.size(); ++k) {
    if (expected[k] < 5.0) {
      EXPECT_LE(count[k], 5.0 + 5.0 * std::sqrt(expected[k])) << k;
      continue;
    }
    chi2 += (count[k] - expected[k]) * (count[k] - expected[k]) / expected[k], ++degrees;
  }
  EXPECT_LT(chi2, degrees + 4.0 * std::sqrt(2.0 * degrees));
  EXPECT_GT(chi2, degrees - 4.0 * std::sqrt(2.0 * degrees));
}

template <class Generator>
void expect_same_for_threads_and_splits(const Generator& generator) {
  const auto expected = spikes_of(generator, 9000, 60.0);
  EXPECT_GT(expected.size(), 5000u);
  for (const int threads : {2, 3, 8}) EXPECT_TRUE(spikes_of(generator, 9000, 60.0, threads) == expected) << threads;
  EXPECT_TRUE(spikes_of(generator, 9000, 60.0, 1, 33.3) == expected);
}

inline InhomogeneousPoissonGenerator steps() {
  InhomogeneousPoissonGenerator generator;
  generator.rate_times = {Time::from_ms(10), Time::from_ms(30), Time::from_ms(50), Time::from_ms(55)};
  generator.rate_values = {100.0, 400.0, 0.0, 50.0};
  return generator;
}

inline SinusoidalPoissonGenerator sine() {
  SinusoidalPoissonGenerator generator;
  generator.rate = 50.0, generator.amplitude = 50.0, generator.frequency = 25.0, generator.phase = 45.0;
  return generator;
}

inline GammaSupGenerator gamma_process(double shape, double n_proc) {
  GammaSupGenerator generator;
  generator.rate = 100.0, generator.gamma_shape = shape, generator.n_proc = n_proc;
  return generator;
}

inline MipGenerator mother(double p_copy) {
  MipGenerator generator;
  generator.rate = 200.0, generator.p_copy = p_copy;
  return generator;
}

inline PulsepacketGenerator packets() {
  PulsepacketGenerator generator;
  generator.pulse_times = {Time::from_ms(40), Time::from_ms(10)};
  generator.activity = 200.0, generator.sdev = 3.0;
  return generator;
}

}  // namespace synop::test
