#include "synop/neurons/iaf_psc_alpha.hpp"

#include <cmath>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_alpha_one_tau.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop {
namespace {

std::unique_ptr<SpikeGenerator> spikes_at(std::vector<double> ms) {
  std::vector<Time> times;
  for (const double t : ms) times.push_back(Time::from_ms(t));
  return std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{times});
}

std::vector<Spike> run(const Network& network, PopulationId population, double end, int threads = 1) {
  Simulation simulation(network, {.threads = threads});
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(end));
  return recorder.spikes();
}

// The potential above rest `t` ms after an input of weight w, by Simpson's rule in long double on the defining integral.
double psp(const IafPscAlpha& n, double w, double t) {
  const long double tau = w >= 0.0 ? n.tau_syn_ex : n.tau_syn_in, T = t;
  const int steps = 20000;
  const auto f = [&](long double s) { return std::exp(-(T - s) / n.tau_m) * s / tau * std::exp(1 - s / tau); };
  long double sum = f(0) + f(T);
  for (int k = 1; k < steps; ++k) sum += f(T * k / steps) * (k % 2 ? 4 : 2);
  return static_cast<double>(sum * T / (3 * steps) * w / n.C_m);
}

struct TimeConstants {
  double tau_m, tau_syn_ex, tau_syn_in;
};
class AlphaOf : public testing::TestWithParam<TimeConstants> {
 protected:
  IafPscAlpha model() const {
    return {.tau_m = GetParam().tau_m, .C_m = 200.0, .tau_syn_ex = GetParam().tau_syn_ex, .tau_syn_in = GetParam().tau_syn_in};
  }
};
INSTANTIATE_TEST_SUITE_P(AllTimeConstants, AlphaOf,
                         testing::Values(TimeConstants{10.0, 2.0, 2.0},          // scaled modes
                                         TimeConstants{10.0, 9.0, 9.0},          // the longest that is scaled
                                         TimeConstants{10.0, 0.5, 8.0},          // two time constants
                                         TimeConstants{10.0, 10.0, 10.0},        // the limit form
                                         TimeConstants{10.0, 10.0 + 1e-9, 9.99},  // close to it
                                         TimeConstants{10.0, 25.0, 40.0},        // synapses slower than the membrane
                                         TimeConstants{10.0, 9.5, 3.0}));

TEST_P(AlphaOf, APostsynapticPotentialIsTheIntegralOfItsCurrent) {
  for (const double w : {100.0, -100.0}) {
    NetworkBuilder builder;
    const auto neuron = builder.add_population("neuron", 1, model());
    builder.connect(builder.add_population("source", 1, spikes_at({3.0, 3.0, 20.0})), neuron, AllToAll(),
                    {.weight = constant(w), .delay = constant(0.0)});
    const Network network = builder.build();
    Simulation simulation(network);
    for (const double t : {3.1, 5.0, 13.0, 20.5, 60.0, 300.0}) {
      simulation.run_until(Time::from_ms(t));
      const double expected = 2.0 * psp(model(), w, t - 3.0) + (t > 20.0 ? psp(model(), w, t - 20.0) : 0.0);
      EXPECT_NEAR(simulation.values(neuron, "V_m")[0], model().E_L + expected, 1e-11) << w << " pA, " << t << " ms";
    }
  }
}

TEST_P(AlphaOf, AnInputCurrentPeaksAtItsWeightAfterTauSyn) {
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 1, model());
  builder.connect(builder.add_population("source", 1, spikes_at({1.0})), neuron, AllToAll(),
                  {.weight = constant(70.0), .delay = constant(0.0)});
  const Network network = builder.build();
  Simulation simulation(network);
  const bool scaled = IafPscAlphaOneTau::covers({model()});
  double last = 0.0;
  for (const double share : {0.5, 0.999, 1.0, 1.001}) {
    simulation.run_until(Time::from_ms(1.0 + share * model().tau_syn_ex));
    const double current = simulation.values(neuron, scaled ? "I_syn" : "I_syn_ex")[0];
    EXPECT_NEAR(current, 70.0 * share * std::exp(1.0 - share), 1e-6);
    EXPECT_EQ(current > last, share <= 1.0);
    last = current;
  }
}

TEST_P(AlphaOf, AConstantCurrentGivesTheIntervalsOfTheClosedForm) {
  IafPscAlpha n = model();
  n.I_e = 400.0;
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 1, n);
  const std::vector<Spike> spikes = run(builder.build(), neuron, 1000.0);
  const double R_I = n.resistance() * n.I_e;
  const double interval = n.t_ref + n.tau_m * std::log(R_I / (R_I - (n.V_th - n.V_reset)));
  ASSERT_GT(spikes.size(), 40u);
  EXPECT_NEAR(spikes[0].time.ms(), interval - n.t_ref, 1e-9);
  for (std::size_t k = 1; k < spikes.size(); ++k)
    EXPECT_NEAR((spikes[k].time - spikes[k - 1].time).ms(), interval, 1.01e-9) << k;
}

// One strong input: the crossing is where the closed potential reaches the threshold, found by bisection.
TEST_P(AlphaOf, FiresWhereThePotentialOfOneInputReachesTheThreshold) {
  const double w = 3000.0;
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 1, model());
  builder.connect(builder.add_population("source", 1, spikes_at({2.0})), neuron, AllToAll(),
                  {.weight = constant(w), .delay = constant(0.0)});
  const std::vector<Spike> spikes = run(builder.build(), neuron, 100.0);
  double low = 0.0, high = 50.0;
  for (double t = 0.01; t < 50.0; t += 0.01)  // the first rise above threshold
    if (psp(model(), w, t) >= 15.0) {
      high = t;
      break;
    }
  ASSERT_LT(high, 50.0);
  while (high - low > 1e-10) (psp(model(), w, 0.5 * (low + high)) >= 15.0 ? high : low) = 0.5 * (low + high);
  ASSERT_FALSE(spikes.empty());
  EXPECT_NEAR(spikes[0].time.ms(), 2.0 + high, 2e-9);
}

// The two dynamics share no arithmetic but that of the slow path.
TEST(IafPscAlpha, TheScaledFormAndTheGeneralOneGiveTheSameSpikes) {
  for (const double I_e : {0.0, 300.0, 420.0}) {
    IafPscAlpha scaled{.tau_m = 20.0, .C_m = 250.0, .tau_syn_ex = 3.0, .tau_syn_in = 3.0, .I_e = I_e};
    IafPscAlpha general = scaled;
    general.tau_syn_in = 3.0 * (1.0 + 1e-14);
    ASSERT_TRUE(IafPscAlphaOneTau::covers({scaled}));
    ASSERT_FALSE(IafPscAlphaOneTau::covers({general}));
    std::vector<std::vector<Spike>> spikes;
    for (const IafPscAlpha& model : {scaled, general}) {
      NetworkBuilder builder(5);
      const auto neurons = builder.add_population("neurons", 50, model, uniform(-70.0, -55.0));
      builder.drive(neurons, PoissonGenerator(3000.0), 35.0);
      builder.drive(neurons, PoissonGenerator(1000.0), -45.0);
      spikes.push_back(run(builder.build(), neurons, 500.0));
    }
    ASSERT_EQ(spikes[0].size(), spikes[1].size());
    EXPECT_GT(spikes[0].size(), 300u);
    for (std::size_t k = 0; k < spikes[0].size(); ++k) {
      ASSERT_EQ(spikes[0][k].neuron, spikes[1][k].neuron);
      // One tick for each interval, of which the membrane forgets earlier ones.
      ASSERT_LE(std::abs((spikes[0][k].time - spikes[1][k].time).ticks), 3);
    }
  }
}

// Dense evaluation in steps of 10 us of what first_crossing says, on random courses of all kinds.
TEST(PscCourse, TheFirstCrossingIsThatOfADenseSearch) {
  std::mt19937_64 random(3);
  const auto number = [&](double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); };
  int crossings = 0, bounded = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const double tau_m = number(3.0, 30.0);
    const auto receptor = [&] {
      const double share = std::exp(number(-3.0, 1.5));
      const double tau = tau_m * (trial % 5 == 0 ? 1.0 + number(-1e-6, 1e-6) : share);
      return Receptor{1.0 / tau, (tau_m - tau) / (tau_m * tau)};
    };
    PscCourse course;
    course.rate_m = 1.0 / tau_m;
    course.C_m = 100.0;
    course.ex = receptor();
    course.in = trial % 3 == 0 ? course.ex : receptor();
    course.i_ex = {number(0.0, 200.0), number(0.0, 400.0)};
    course.i_in = {-number(0.0, 200.0), -number(0.0, 400.0)};
    const double threshold = trial % 4 == 0 ? -number(0.1, 5.0) : number(0.1, 10.0);
    course.v = threshold - number(0.01, 10.0);
    const double horizon = threshold <= 0.0 ? number(0.1, 30.0) : std::numeric_limits<double>::infinity();
    const double found = first_crossing(course, threshold, horizon);
    const double last = std::min(horizon, 12.0 * std::max({tau_m, 1.0 / course.ex.rate, 1.0 / course.in.rate}));
    double dense = -1.0;
    for (double t = 0.01; t <= last && dense < 0.0; t += 0.01)
      if (course.value(t) >= threshold) dense = t;
    if (dense >= 0.0) {
      ASSERT_GT(found, dense - 0.0101) << trial;
      ASSERT_LE(found, dense) << trial;
      ASSERT_NEAR(course.value(found), threshold, 1e-9) << trial;
      ++crossings;
    } else if (found >= 0.0) {  // a peak between two steps
      ASSERT_NEAR(course.value(found), threshold, 1e-9) << trial;
    }
    const bool may = may_cross(course.v, course.i_ex, threshold, {course.rate_m, course.ex.rate, 1.0 / course.C_m}, horizon);
    ASSERT_TRUE(may || found < 0.0) << trial << ": the bound loses a crossing";
    bounded += !may;
  }
  EXPECT_GT(crossings, 500);
  EXPECT_GT(bounded, 300);
}

Distribution listed(std::vector<double> values) { return {.kind = Distribution::list, .values = std::move(values)}; }

// A population whose neurons differ spikes as populations of one neuron each do.
void expect_each_as_alone(const std::vector<std::string>& names) {
  const IafPscAlpha common{.tau_m = 15.0, .I_e = 100.0};
  std::mt19937_64 random(9);
  constexpr std::uint32_t size = 12;
  std::vector<IafPscAlpha> own(size, common);
  std::vector<VariedParameter> parameters;
  for (const auto& row : IafPscAlpha::parameter_table()) {
    if (std::find(names.begin(), names.end(), row.info.name) == names.end()) continue;
    std::vector<double> values;
    for (IafPscAlpha& n : own) {
      const double now = n.*row.field;
      n.*row.field = now + std::abs(now) * std::uniform_real_distribution<double>(-0.03, 0.03)(random);
      if (row.info.name == "I_e") n.*row.field = 100.0 * static_cast<double>(random() % 6);
      values.push_back(n.*row.field);
    }
    parameters.push_back({std::string(row.info.name), listed(values)});
  }
  const auto inputs = [&] { return spikes_at({1.0, 3.0, 3.5, 9.0, 14.0, 15.0, 15.5, 40.0, 41.0}); };
  NetworkBuilder builder;
  const auto together = builder.add_population("together", size, varied(common, parameters));
  builder.connect(builder.add_population("source", 1, inputs()), together, AllToAll(),
                  {.weight = constant(500.0), .delay = constant(1.0)});
  std::map<std::uint32_t, std::vector<Time>> times;
  for (const Spike& spike : run(builder.build(), together, 120.0)) times[spike.neuron].push_back(spike.time);
  std::size_t spikes = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    NetworkBuilder alone;
    const auto neuron = alone.add_population("neuron", 1, own[i]);
    alone.connect(alone.add_population("source", 1, inputs()), neuron, AllToAll(),
                  {.weight = constant(500.0), .delay = constant(1.0)});
    std::vector<Time> expected;
    for (const Spike& spike : run(alone.build(), neuron, 120.0)) expected.push_back(spike.time);
    ASSERT_EQ(times[i].size(), expected.size()) << i;
    for (std::size_t k = 0; k < expected.size(); ++k) EXPECT_LE(std::abs((times[i][k] - expected[k]).ticks), 1) << i;
    spikes += expected.size();
  }
  EXPECT_GT(spikes, size);
}

TEST(IafPscAlphaVaried, NeuronsWithPotentialsOfTheirOwnSpikeAsAlone) { expect_each_as_alone({"E_L", "V_th", "V_reset", "I_e"}); }

TEST(IafPscAlphaVaried, NeuronsThatDifferInEverythingSpikeAsAlone) {
  expect_each_as_alone({"tau_m", "C_m", "tau_syn_ex", "tau_syn_in", "E_L", "V_th", "V_reset", "t_ref", "I_e"});
}

// A recurrent network: threads, splits and a saved state change nothing.
TEST_P(AlphaOf, SavedAndRestoredGoesOnBitForBit) {
  IafPscAlpha n = model();
  n.I_e = 280.0;
  NetworkBuilder builder(11);
  const auto neurons = builder.add_population("neurons", 200, n, uniform(-70.0, -55.0));
  builder.connect(neurons, neurons, FixedIndegree(20), {.weight = normal(0.0, 30.0), .delay = uniform(0.5, 4.0)});
  builder.drive(neurons, PoissonGenerator(500.0), 60.0);
  const Network network = builder.build();
  const auto hash = [&](int threads, std::vector<double> stops, bool reload) {
    auto simulation = std::make_unique<Simulation>(network, SimulationOptions{.threads = threads});
    SpikeHash spikes;
    simulation->attach(spikes);
    for (const double stop : stops) {
      simulation->run_until(Time::from_ms(stop));
      if (!reload) continue;
      const auto state = simulation->save_state();
      simulation = std::make_unique<Simulation>(network, SimulationOptions{.threads = 2});
      simulation->attach(spikes);
      simulation->load_state(state);
    }
    simulation->run_until(Time::from_ms(200.0));
    EXPECT_GT(spikes.count(), 300u);
    return spikes.value();
  };
  const auto expected = hash(1, {}, false);
  EXPECT_EQ(hash(3, {17.3, 90.01}, false), expected);
  EXPECT_EQ(hash(1, {17.3, 90.01, 90.02}, true), expected);
}

}  // namespace
}  // namespace synop
