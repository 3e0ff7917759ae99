// Published networks and theory against what the engine gives. Runs of full length: docs/validation.md.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/places.hpp"
#include "support/reference_simulator.hpp"
#include "support/spike_statistics.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/poisson_generator.hpp"

namespace synop {
namespace {

using test::siegert_rate;
using test::statistics;
using test::TrainStatistics;

Network network_of_example(const std::string& name, const std::vector<std::string>& overrides) {
  const Experiment experiment =
      read_experiment(fmt::format("{}/examples/{}.toml", test::source_dir(), name), overrides, model_catalogue());
  return compose(experiment).build(build_options(experiment, 1));
}

// The statistics of each population of an experiment of examples/, changed by overrides and run without files.
std::vector<TrainStatistics> run_example(const std::string& name, const std::vector<std::string>& overrides,
                                         double warm_up, double seconds) {
  const Network network = network_of_example(name, overrides);
  Simulation simulation(network);
  std::vector<SpikeRecorder> recorders;
  for (std::uint32_t p = 0; p < network.populations().size(); ++p)
    recorders.emplace_back(PopulationId{p}, Time::from_ms(warm_up * 1e3));
  for (SpikeRecorder& recorder : recorders) simulation.attach(recorder);
  simulation.run(Delay::from_ms((warm_up + seconds) * 1e3));
  std::vector<TrainStatistics> results;
  for (std::uint32_t p = 0; p < recorders.size(); ++p)
    results.push_back(statistics(recorders[p].spikes(), network.populations()[p].size, seconds));
  return results;
}

// For --gtest_output=xml.
void report(const std::string& what, const TrainStatistics& train) {
  testing::Test::RecordProperty(what, fmt::format("{:.3f} Hz, CV {:.3f}", train.rate, train.cv));
}

TrainStatistics run_brunel(double g, double eta, double warm_up, double seconds) {
  const std::string weight = fmt::format("=\"{} mV\"", -0.1 * g);
  const std::string rate = fmt::format("=\"{} Hz\"", 1e4 * eta);
  const TrainStatistics exc = run_example("brunel",
                                          {"projection.ie.weight" + weight, "projection.ii.weight" + weight,
                                           "stimulus.drive_exc.rate" + rate, "stimulus.drive_inh.rate" + rate},
                                          warm_up, seconds)[0];
  report("exc", exc);
  return exc;
}

// The intervals hold theory and simulations: 38.0 and 37.7 Hz in the paper.
TEST(Brunel, IsAsynchronousAndIrregularAtTheRateOfThePaper) {
  const TrainStatistics exc = run_brunel(5.0, 2.0, 0.2, 0.4);
  EXPECT_GT(exc.rate, 37.0);
  EXPECT_LT(exc.rate, 39.0);
  EXPECT_GT(exc.cv, 0.3);
}

// 55.8 Hz in the theory of the stationary state, 60.7 Hz in the paper's simulation, which oscillates.
TEST(Brunel, OscillatesFastAtTheRateOfThePaper) {
  const TrainStatistics exc = run_brunel(6.0, 4.0, 0.2, 1.0);  // a quarter of a second scatters by 2 Hz
  EXPECT_GT(exc.rate, 60.0);
  EXPECT_LT(exc.rate, 64.0);
  EXPECT_GT(exc.cv, 0.7);
}

// 6.5 Hz in theory, 5.5 Hz in the paper's simulation.
TEST(Brunel, OscillatesSlowlyAtTheRateOfThePaper) {
  const TrainStatistics exc = run_brunel(4.5, 0.9, 0.2, 1.0);
  EXPECT_GT(exc.rate, 5.5);
  EXPECT_LT(exc.rate, 6.7);
}

struct ExcInh {
  TrainStatistics exc;
  TrainStatistics inh;
};

// The mean over networks of seeds 1, 2, ... and 10 s each.
ExcInh mean_of_networks(const std::string& name, int networks) {
  ExcInh mean;
  for (int seed = 1; seed <= networks; ++seed) {
    const std::vector<TrainStatistics> populations = run_example(name, {fmt::format("seed={}", seed)}, 0.0, 10.0);
    mean.exc.rate += populations[0].rate / networks;
    mean.exc.cv += populations[0].cv / networks;
    mean.inh.rate += populations[1].rate / networks;
    mean.inh.cv += populations[1].cv / networks;
  }
  report("exc", mean.exc);
  report("inh", mean.inh);
  return mean;
}

// 10.1 and 9.85 Hz are those of another exact simulator, the mean of two networks over 10 s. From network to network
// the excitatory rate varies by 3.4 % (standard deviation over 32), so a mean of eight is what 3 % can be asked of.
TEST(Brette, BenchmarkFourFiresAtTheRatesOfAnotherExactSimulator) {
  const auto [exc, inh] = mean_of_networks("brette_benchmark4", 8);
  EXPECT_NEAR(exc.rate, 10.1, 0.03 * 10.1);
  EXPECT_NEAR(inh.rate, 9.85, 0.03 * 9.85);
  EXPECT_NEAR(exc.cv, 0.515, 0.02);
}

// Grid simulations give 5.55 to 5.8 Hz, the more the finer the grid.
TEST(VogelsAbbott, CubaNetworkSustainsItselfAtTheRateOfFineGrids) {
  const auto [exc, inh] = mean_of_networks("vogels_abbott_cuba", 4);
  EXPECT_NEAR(exc.rate, 5.7, 0.3);
  EXPECT_NEAR(inh.rate, 5.7, 0.3);
  EXPECT_GT(exc.cv, 0.5);  // irregular
}

// Networks of seeds 1 to 8 fire at 18.0 to 21.9 Hz (docs/validation.md).
TEST(VogelsAbbott, CobaNetworkSustainsItselfOnceItIsKicked) {
  const std::vector<TrainStatistics> populations = run_example("vogels_abbott_coba", {}, 0.2, 1.0);
  report("exc", populations[0]);
  report("inh", populations[1]);
  for (const TrainStatistics& population : populations) EXPECT_NEAR(population.rate, 20.0, 4.0);
}

// A network of examples/ as the reference simulator takes it.
reference::Network description_of(const Simulation& simulation, const reference::Neuron& neuron) {
  const Network& network = simulation.network();
  reference::Network description;
  for (std::uint32_t p = 0; p < network.populations().size(); ++p)
    for (const double V_m : simulation.values(PopulationId{p}, "V_m")) {
      description.neurons.push_back(neuron);
      description.neurons.back().V_m = V_m;
    }
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    const Projection& projection = network.projections()[p];
    const Simulation::SynapseView synapses = simulation.synapses(ProjectionId{p});
    for (std::size_t k = 0; k < synapses.sources.size(); ++k)
      description.synapses.push_back({.source = network.population(projection.source).first_id + synapses.sources[k],
                                      .target = network.population(projection.target).first_id + synapses.targets[k],
                                      .weight = synapses.weights[k],
                                      .delay = projection.smallest_delay});
  }
  return description;
}

// The first milliseconds, spike for spike. Later a rounding to a tick, one in some thousand spikes, has grown.
void expect_spikes_of_reference(const std::string& name, const reference::Neuron& neuron, Time end) {
  const Network network = network_of_example(name, {});
  Simulation simulation(network);
  const reference::Network description = description_of(simulation, neuron);
  std::vector<SpikeRecorder> recorders{SpikeRecorder(PopulationId{0}), SpikeRecorder(PopulationId{1})};
  for (SpikeRecorder& recorder : recorders) simulation.attach(recorder);
  simulation.run_until(end);
  std::vector<Spike> spikes = recorders[0].spikes();
  for (const Spike& spike : recorders[1].spikes())
    spikes.push_back({spike.time, spike.neuron + network.population(PopulationId{1}).first_id});
  std::sort(spikes.begin(), spikes.end());
  const reference::Result expected = reference::simulate(description, end);
  ASSERT_EQ(spikes.size(), expected.spikes.size());
  EXPECT_GT(spikes.size(), 1000u);
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    ASSERT_EQ(spikes[i].neuron, expected.spikes[i].neuron) << "spike " << i;
    ASSERT_LE(std::abs((spikes[i].time - expected.spikes[i].time).ticks), 100) << "spike " << i;
  }
}

TEST(Brette, BenchmarkFourSpikesAsTheReferenceSimulator) {
  expect_spikes_of_reference("brette_benchmark4",
                             {.model = reference::Model::iaf_psc_delta,
                              .tau_m = 20.0,
                              .E_L = -49.0,
                              .V_th = -50.0,
                              .V_reset = -60.0,
                              .t_ref = 5.0},
                             Time::from_ms(60.0));
}

TEST(VogelsAbbott, CubaNetworkSpikesAsTheReferenceSimulator) {
  expect_spikes_of_reference("vogels_abbott_cuba",
                             {.model = reference::Model::iaf_psc_exp,
                              .tau_m = 20.0,
                              .C_m = 200.0,
                              .E_L = -49.0,
                              .V_th = -50.0,
                              .V_reset = -60.0,
                              .t_ref = 5.0,
                              .tau_syn_ex = 5.0,
                              .tau_syn_in = 10.0},
                             Time::from_ms(60.0));
}

struct PoissonDriven {
  double V_reset;
  double input_rate;  // Hz
  double siegert;     // Hz, from an independent evaluation of the integral
};

class Siegert : public testing::TestWithParam<PoissonDriven> {};

TEST_P(Siegert, AgreesWithTheIntegralEvaluatedElsewhere) {
  const auto [V_reset, input_rate, expected] = GetParam();
  const double mu = 20.0 * 0.1 * input_rate * 1e-3;
  const double sigma = std::sqrt(20.0 * 0.01 * input_rate * 1e-3);
  EXPECT_NEAR(siegert_rate(mu, sigma, 20.0, 20.0, V_reset, 2.0), expected, 0.001);
}

// A jump J lands anywhere up to J beyond the threshold and the density just below it does not vanish, so the rate
// differs from that of the diffusion limit (Helias et al. 2010). It stays within what moving the threshold by J / 2
// does.
TEST_P(Siegert, IsTheRateOfPoissonDrivenNeuronsUpToTheBiasOfFiniteJumps) {
  const auto [V_reset, input_rate, expected] = GetParam();
  constexpr std::uint32_t size = 1000;
  constexpr double J = 0.1;
  constexpr double seconds = 4.0;
  NetworkBuilder builder(/*seed=*/11);
  const IafPscDelta neuron{.tau_m = 20.0, .E_L = 0.0, .V_th = 20.0, .V_reset = V_reset, .t_ref = 2.0};
  const auto neurons = builder.add_population("neurons", size, neuron, uniform(V_reset, 20.0));
  builder.drive(neurons, PoissonGenerator(input_rate), J);
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(neurons, Time::from_ms(500.0));
  simulation.attach(recorder);
  simulation.run(Delay::from_ms(500.0 + seconds * 1e3));

  const TrainStatistics train = statistics(recorder.spikes(), size, seconds);
  const double mu = 20.0 * J * input_rate * 1e-3;
  const double sigma = std::sqrt(J * mu);
  const double high = siegert_rate(mu, sigma, 20.0, 20.0 - J / 2, V_reset, 2.0);
  const double low = siegert_rate(mu, sigma, 20.0, 20.0 + J / 2, V_reset, 2.0);
  RecordProperty("rate", fmt::format("{:.3f}", train.rate));
  EXPECT_LT(train.rate, high + 4.0 * train.rate_error) << "Siegert " << expected << " error " << train.rate_error;
  EXPECT_GT(train.rate, low - 4.0 * train.rate_error) << "Siegert " << expected << " error " << train.rate_error;
}

INSTANTIATE_TEST_SUITE_P(Drives, Siegert,
                         testing::Values(PoissonDriven{0.0, 9000.0, 3.067}, PoissonDriven{0.0, 10000.0, 13.397},
                                         PoissonDriven{0.0, 12000.0, 26.900}, PoissonDriven{0.0, 15000.0, 41.943},
                                         PoissonDriven{0.0, 20000.0, 63.188}, PoissonDriven{10.0, 9000.0, 3.226},
                                         PoissonDriven{10.0, 10000.0, 16.433}, PoissonDriven{10.0, 12000.0, 37.829},
                                         PoissonDriven{10.0, 15000.0, 63.478}, PoissonDriven{10.0, 20000.0, 99.188}),
                         [](const auto& test) {
                           return fmt::format("Reset{:.0f}Rate{:.0f}", test.param.V_reset, test.param.input_rate);
                         });

// rate = 1 / (t_ref + tau_m ln((V_inf - V_reset) / (V_inf - V_th))), also a tick of the clock accurate per interval.
TEST(FICurve, OfALeakyNeuronIsTheClosedForm) {
  const std::array V_inf{10.5, 11.0, 12.0, 15.0, 20.0};  // mV
  const std::array rate{28.2125, 34.5078, 43.6346, 62.5543, 83.8120};
  NetworkBuilder builder;
  const IafPscDelta neuron{.tau_m = 10.0, .C_m = 250.0, .E_L = 0.0, .V_th = 10.0, .V_reset = 0.0, .t_ref = 5.0};
  const auto neurons = builder.add_population("neurons", V_inf.size(), neuron);
  for (std::uint32_t i = 0; i < V_inf.size(); ++i)
    builder.add_current({neurons, Slice{i, 1}}, V_inf[i] * 25.0);  // pA: R = 0.04 GOhm
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(neurons);
  simulation.attach(recorder);
  simulation.run(Delay::from_ms(1000.0));
  std::vector<std::vector<Time>> times(V_inf.size());
  for (const Spike& spike : recorder.spikes()) times[spike.neuron].push_back(spike.time);
  for (std::size_t i = 0; i < V_inf.size(); ++i) {
    ASSERT_GT(times[i].size(), 20u);
    const double mean = (times[i].back() - times[i].front()).ms() / static_cast<double>(times[i].size() - 1);
    EXPECT_NEAR(1e3 / mean, rate[i], 1e-4);
    const double interval = 5.0 + 10.0 * std::log(V_inf[i] / (V_inf[i] - 10.0));
    for (std::size_t k = 1; k < times[i].size(); ++k)
      EXPECT_NEAR((times[i][k] - times[i][k - 1]).ms(), interval, 1.001e-9);
  }
}

}  // namespace
}  // namespace synop
