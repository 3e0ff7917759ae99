// Statistics of the Poisson sources, through parrots that repeat what arrives.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

using Trains = std::vector<std::vector<double>>;  // ms, per neuron

Trains trains_of(const Network& network, PopulationId population, std::uint32_t size, double end) {
  Simulation simulation(network);
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(end));
  Trains trains(size);
  for (const Spike& spike : recorder.spikes()) trains[spike.neuron].push_back(spike.time.ms());
  return trains;
}

Trains driven_parrots(PoissonGenerator generator, std::uint32_t size, double end) {
  NetworkBuilder builder(3);
  const auto parrots = builder.add_population("parrots", size, ParrotNeuron{});
  builder.drive(parrots, generator, 1.0);
  return trains_of(builder.build(), parrots, size, end);
}

// Kolmogorov-Smirnov distance of all intervals from the exponential distribution, times the root of their number.
double distance_from_exponential(const Trains& trains, double mean) {
  std::vector<double> u;
  for (const auto& train : trains)
    for (std::size_t k = 1; k < train.size(); ++k) u.push_back(-std::expm1(-(train[k] - train[k - 1]) / mean));
  std::sort(u.begin(), u.end());
  const auto n = static_cast<double>(u.size());
  double d = 0.0;
  for (std::size_t k = 0; k < u.size(); ++k)
    d = std::max({d, std::abs(u[k] - static_cast<double>(k) / n), std::abs(u[k] - static_cast<double>(k + 1) / n)});
  return d * std::sqrt(n);
}

double correlation(const std::vector<double>& a, const std::vector<double>& b, double end, double bin) {
  const auto bins = static_cast<std::size_t>(end / bin);
  std::vector<double> x(bins), y(bins);
  for (const double t : a) ++x[std::min(bins - 1, static_cast<std::size_t>(t / bin))];
  for (const double t : b) ++y[std::min(bins - 1, static_cast<std::size_t>(t / bin))];
  double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t k = 0; k < bins; ++k) mx += x[k], my += y[k];
  mx /= static_cast<double>(bins), my /= static_cast<double>(bins);
  for (std::size_t k = 0; k < bins; ++k)
    xx += (x[k] - mx) * (x[k] - mx), yy += (y[k] - my) * (y[k] - my), xy += (x[k] - mx) * (y[k] - my);
  return xy / std::sqrt(xx * yy);
}

// Mean and dispersion of the spike counts.
void expect_poisson_counts(const Trains& trains, double rate, double end) {
  double sum = 0.0, squares = 0.0;
  for (const auto& train : trains) {
    sum += static_cast<double>(train.size());
    squares += static_cast<double>(train.size() * train.size());
  }
  const auto n = static_cast<double>(trains.size());
  const double mean = sum / n;
  EXPECT_NEAR(mean, rate * end * 1e-3, 4.5 * std::sqrt(mean / n));
  const double dispersion = (squares / n - mean * mean) * n / (n - 1) / mean;
  EXPECT_NEAR(dispersion, 1.0, 4.5 * std::sqrt(2.0 / n));
}

TEST(PoissonGenerator, GivesEveryTargetAPoissonTrain) {
  const Trains trains = driven_parrots(PoissonGenerator(80.0), 5000, 1000.0);  // two groups of targets
  expect_poisson_counts(trains, 80.0, 1000.0);
  // Trains are long, because the longest intervals do not fit into short ones.
  EXPECT_LT(distance_from_exponential(driven_parrots(PoissonGenerator(200.0), 1, 500'000.0), 5.0), 1.95) << "p < 0.001";
  EXPECT_LT(distance_from_exponential(driven_parrots(PoissonGenerator(200.0), 20, 20'000.0), 5.0), 1.95);
}

TEST(PoissonGenerator, GivesTargetsIndependentTrains) {
  const Trains trains = driven_parrots(PoissonGenerator(200.0), 12, 50'000.0);
  double worst = 0.0;
  for (std::size_t a = 0; a < trains.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      worst = std::max(worst, std::abs(correlation(trains[a], trains[b], 50'000.0, 5.0)));
  EXPECT_LT(worst, 4.5 / std::sqrt(10'000.0));
}

TEST(PoissonGenerator, KeepsToItsStartAndStop) {
  PoissonGenerator generator(500.0);
  generator.start = 20.0;
  generator.stop = 50.0;
  std::size_t count = 0;
  for (const auto& train : driven_parrots(generator, 100, 200.0))
    for (const double t : train) {
      EXPECT_GE(t, 20.0);
      EXPECT_LT(t, 50.0);
      ++count;
    }
  EXPECT_NEAR(static_cast<double>(count), 1500.0, 4.5 * std::sqrt(1500.0));
}

TEST(PoissonGenerator, FiresToTheEndOfTime) {
  const Trains rare = driven_parrots(PoissonGenerator(1e-5), 1, 9.2e9);  // 92 +- 9.6 spikes
  EXPECT_NEAR(static_cast<double>(rare[0].size()), 92.0, 45.0);
  EXPECT_GT(rare[0].back(), 8.2e9);
  PoissonGenerator late(1e-6);
  late.start = 9e9;
  for (const auto& train : driven_parrots(late, 10, 9.2e9))
    for (const double t : train) EXPECT_GE(t, 9e9);
}

TEST(PoissonPopulation, FiresAsIndependentPoissonProcesses) {
  NetworkBuilder builder(3);
  const auto sources =
      builder.add_population("sources", 5000, std::make_unique<PoissonPopulationModel>(PoissonPopulation{80.0}));
  const Trains trains = trains_of(builder.build(), sources, 5000, 1000.0);
  expect_poisson_counts(trains, 80.0, 1000.0);
  NetworkBuilder another(4);
  const auto few =
      another.add_population("few", 20, std::make_unique<PoissonPopulationModel>(PoissonPopulation{200.0}));
  EXPECT_LT(distance_from_exponential(trains_of(another.build(), few, 20, 20'000.0), 5.0), 1.95);
  for (std::size_t k = 0; k < 30; k += 2) EXPECT_LT(std::abs(correlation(trains[k], trains[k + 1], 1000.0, 5.0)), 0.35);
}

TEST(PoissonPopulation, FiresToTheEndOfTime) {
  NetworkBuilder builder(3);
  const auto sources =
      builder.add_population("sources", 100, std::make_unique<PoissonPopulationModel>(PoissonPopulation{1e-6}));
  std::size_t spikes = 0;
  for (const auto& train : trains_of(builder.build(), sources, 100, 9.2e9)) {
    spikes += train.size();
    if (!train.empty()) {
      EXPECT_GE(train[0], 0.0);
    }
    EXPECT_TRUE(std::is_sorted(train.begin(), train.end()));
  }
  EXPECT_NEAR(static_cast<double>(spikes), 920.0, 150.0);
}

TEST(PoissonPopulation, GivesAllItsTargetsTheSameTrain) {
  NetworkBuilder builder(3);
  const auto source =
      builder.add_population("source", 1, std::make_unique<PoissonPopulationModel>(PoissonPopulation{100.0}));
  const auto parrots = builder.add_population("parrots", 3, ParrotNeuron{});
  builder.connect(source, parrots, AllToAll(), {.delay = constant(2.0)});
  const Trains trains = trains_of(builder.build(), parrots, 3, 2000.0);
  EXPECT_GT(trains[0].size(), 100u);
  EXPECT_EQ(trains[0], trains[1]);
  EXPECT_EQ(trains[0], trains[2]);
}

TEST(PoissonPopulation, TakesNewRatesWhileItRuns) {
  NetworkBuilder builder(3);
  const auto sources =
      builder.add_population("sources", 400, std::make_unique<PoissonPopulationModel>(PoissonPopulation{0.0}));
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(sources);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(100.0));
  EXPECT_TRUE(recorder.spikes().empty());
  std::vector<double> rates(400, 0.0);
  for (std::size_t i = 0; i < 200; ++i) rates[i] = 50.0;
  simulation.set_values(sources, "rate", rates);
  simulation.run_until(Time::from_ms(1100.0));
  EXPECT_NEAR(static_cast<double>(recorder.spikes().size()), 10'000.0, 450.0);
  for (const Spike& spike : recorder.spikes()) EXPECT_TRUE(spike.neuron < 200 && spike.time >= Time::from_ms(100.0));
}

}  // namespace
}  // namespace synop
