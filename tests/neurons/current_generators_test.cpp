// Currents that change, against closed forms and against a reference that goes from step to step.
#include "synop/neurons/current_generators.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"

namespace synop {
namespace {

constexpr double tau = 20.0, C = 200.0, E_L = -70.0, V_th = -50.0, V_reset = -65.0, t_ref = 2.0;
constexpr double R = tau / C;  // GOhm

template <class M>
M model(double threshold = V_th) {
  M m;
  if constexpr (requires { m.tau_m; }) m.tau_m = tau;
  if constexpr (requires { m.g_L; }) m.g_L = C / tau;
  m.C_m = C, m.E_L = E_L, m.V_th = threshold, m.V_reset = V_reset, m.t_ref = t_ref;
  if constexpr (requires { m.theta_plus; }) m.theta_plus = 0.0;
  if constexpr (requires { m.E_ex; }) m.E_ex = std::max(0.0, threshold + 50.0);
  return m;
}

// A neuron that never fires, its potential at the times asked for (ms).
template <class Model>
std::vector<double> potentials(const Model& current, std::vector<double> times) {
  NetworkBuilder builder(3);
  const auto p = builder.add_population("p", 1, model<IafPscDelta>(1e6));
  builder.add_current(p, current);
  const Network network = builder.build();
  Simulation simulation(network);
  std::vector<double> values;
  for (const double ms : times) {
    simulation.run_until(Time::from_ms(ms));
    values.push_back(simulation.values(p, "V_m")[0]);
  }
  return values;
}

// The current as pieces: from a time on (ms), pA.
using Pieces = std::vector<std::pair<double, double>>;

// Spike times under piecewise constant current, in long double, crossing by crossing.
std::vector<double> reference_spikes(const Pieces& pieces, double end) {
  std::vector<double> spikes;
  long double v = E_L, t = 0.0L, free_at = 0.0L;
  std::size_t piece = 0;
  double current = 0.0;
  while (t < end) {
    while (piece < pieces.size() && pieces[piece].first <= t + 1e-12L) current = pieces[piece++].second;
    const long double next = std::min<long double>(end, piece < pieces.size() ? pieces[piece].first : 1e30L);
    if (t < free_at) {
      t = std::min(free_at, next);
      continue;
    }
    const long double v_inf = E_L + static_cast<long double>(R) * current;
    if (v_inf > V_th) {
      const long double crossing = t + static_cast<long double>(tau) * std::log((v_inf - v) / (v_inf - V_th));
      if (crossing < next) {
        spikes.push_back(static_cast<double>(crossing));
        v = V_reset;
        t = crossing;
        free_at = crossing + t_ref;
        continue;
      }
    }
    v = v_inf + (v - v_inf) * std::exp(-(next - t) / tau);
    t = next;
  }
  return spikes;
}

template <class M, class Model>
std::vector<double> engine_spikes(const M& neuron, const Model& current, double end, std::uint32_t size = 1) {
  NetworkBuilder builder(3);
  const auto p = builder.add_population("p", size, neuron);
  builder.add_current(p, current);
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(p);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(end));
  std::vector<double> times;
  for (const Spike& spike : recorder.spikes())
    if (spike.neuron == 0) times.push_back(spike.time.ms());
  return times;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t k = 0; k < actual.size(); ++k) ASSERT_NEAR(actual[k], expected[k], tolerance) << k;
}

StepCurrentGenerator some_steps() {
  StepCurrentGenerator generator;
  generator.amplitude_times = {Time::from_ms(5), Time::from_ms(20), Time::from_ms(60), Time::from_ms(61.5)};
  generator.amplitude_values = {150.0, 400.0, -300.0, 260.0};
  return generator;
}

AcGenerator some_sine() {
  AcGenerator generator;
  generator.amplitude = 200.0, generator.offset = 150.0, generator.frequency = 12.0, generator.phase = 30.0;
  return generator;
}

NoiseGenerator noisy(double mean, double std, double dt) {
  NoiseGenerator generator;
  generator.mean = mean, generator.std = std, generator.dt = dt;
  return generator;
}

TEST(StepCurrentGenerator, MovesThePotentialAsTheClosedForm) {
  const std::vector<double> v = potentials(some_steps(), {5.0, 20.0, 60.0, 61.5, 100.0});
  double expected = E_L;
  EXPECT_NEAR(v[0], expected, 1e-12);
  const double lengths[] = {15.0, 40.0, 1.5, 38.5};
  for (std::size_t k = 0; k < 4; ++k) {
    const double v_inf = E_L + R * some_steps().amplitude_values[k];
    expected = v_inf + (expected - v_inf) * std::exp(-lengths[k] / tau);
    EXPECT_NEAR(v[k + 1], expected, 1e-10);
  }
  StepCurrentGenerator stopped = some_steps();
  stopped.active = {Time::from_ms(30), Time::from_ms(40)};  // 400 pA for 10 ms
  const std::vector<double> w = potentials(stopped, {30.0, 40.0, 50.0});
  EXPECT_NEAR(w[0], E_L, 1e-12);
  EXPECT_NEAR(w[1], E_L + R * 400.0 * -std::expm1(-10.0 / tau), 1e-10);
  EXPECT_NEAR(w[2], E_L + (w[1] - E_L) * std::exp(-10.0 / tau), 1e-10);
}

TEST(StepCurrentGenerator, GivesTheSpikesOfTheReference) {
  Pieces pieces;
  for (std::size_t k = 0; k < 4; ++k)
    pieces.emplace_back(some_steps().amplitude_times[k].ms(), some_steps().amplitude_values[k]);
  const std::vector<double> expected = reference_spikes(pieces, 300.0);
  EXPECT_GT(expected.size(), 5u);
  expect_near(engine_spikes(model<IafPscDelta>(), some_steps(), 300.0), expected, 1e-8);
  expect_near(engine_spikes(model<IafPscExp>(), some_steps(), 300.0), expected, 1e-8);
  expect_near(engine_spikes(model<IafPscDeltaAdaptive>(), some_steps(), 300.0), expected, 1e-8);
  expect_near(engine_spikes(model<IafCondExp>(), some_steps(), 300.0), expected, 1e-6);
}

// The steady response of a leaky membrane to a sine, and its transient; within the bound that the header gives.
TEST(AcGenerator, MovesThePotentialAsTheSineDoes) {
  std::vector<double> times;
  for (int k = 1; k <= 300; ++k) times.push_back(0.7 * k);
  for (const double dt : {0.1, 0.7}) {
    AcGenerator generator = some_sine();
    generator.dt = dt;
    const std::vector<double> v = potentials(generator, times);
    const double w = 2.0 * std::numbers::pi * 12e-3, phase = std::numbers::pi / 6.0, lag = std::atan(w * tau);
    const double gain = R * 200.0 / std::sqrt(1.0 + w * w * tau * tau);
    const double bound = R * 200.0 * 12e-3 * dt * dt / tau;
    double worst = 0.0;
    for (std::size_t k = 0; k < times.size(); ++k) {
      const double decay = std::exp(-times[k] / tau);
      const double exact = E_L + R * 150.0 * (1.0 - decay) +
                           gain * (std::sin(w * times[k] + phase - lag) - decay * std::sin(phase - lag));
      worst = std::max(worst, std::abs(v[k] - exact));
    }
    EXPECT_LT(worst, bound);
    EXPECT_GT(worst, 0.0);
  }
}

TEST(AcGenerator, GivesTheSpikesOfTheReference) {
  Pieces pieces;
  const double w = 2.0 * std::numbers::pi * 12e-3, phase = std::numbers::pi / 6.0;
  for (int k = 0; k < 10'000; ++k) {  // the mean of the sine over each step
    const double from = 0.1 * k, to = 0.1 * (k + 1);
    pieces.emplace_back(from,
                        150.0 + 200.0 * (std::cos(w * from + phase) - std::cos(w * to + phase)) / (w * (to - from)));
  }
  const std::vector<double> expected = reference_spikes(pieces, 1000.0);
  EXPECT_GT(expected.size(), 10u);
  // Rounding of steps of the current adds up over 10^4 of them.
  expect_near(engine_spikes(model<IafPscDelta>(), some_sine(), 1000.0), expected, 2e-8);
  expect_near(engine_spikes(model<IafPscExp>(), some_sine(), 1000.0, 3), expected, 2e-8);
  expect_near(engine_spikes(model<IafCondExp>(), some_sine(), 1000.0), expected, 1e-5);
}

struct Samples {
  std::vector<std::vector<double>> v;  // by time, then neuron
};

template <class M>
Samples under_noise(const M& neuron, NoiseGenerator noise, std::uint32_t size, double interval, int count) {
  NetworkBuilder builder(3);
  const auto p = builder.add_population("p", size, neuron);
  builder.add_current(p, noise);
  const Network network = builder.build();
  Simulation simulation(network);
  Samples samples;
  for (int k = 0; k <= count; ++k) {
    simulation.run_until(Time::from_ms(interval * k));
    samples.v.push_back(simulation.values(p, "V_m"));
  }
  return samples;
}

TEST(NoiseGenerator, SpreadsThePotentialAsItsFormulaSays) {
  const NoiseGenerator noise = noisy(50.0, 300.0, 2.0);
  constexpr std::uint32_t size = 2000;
  const Samples samples = under_noise(model<IafPscDelta>(1e6), noise, size, 100.0, 20);
  const double x = std::exp(-2.0 / tau);
  const double sd = R * 300.0 * std::sqrt((1.0 - x) / (1.0 + x));
  double sum = 0.0, squares = 0.0, neighbours = 0.0, n = 0.0;
  for (std::size_t k = 2; k < samples.v.size(); ++k)  // 100 ms apart: independent
    for (std::uint32_t i = 0; i < size; ++i) {
      const double d = samples.v[k][i] - (E_L + R * 50.0);
      ++n, sum += d, squares += d * d, neighbours += d * (samples.v[k][(i + 1) % size] - (E_L + R * 50.0));
    }
  EXPECT_NEAR(sum / n, 0.0, 4.5 * sd / std::sqrt(n));
  EXPECT_NEAR(squares / n / (sd * sd), 1.0, 4.5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(neighbours / n / (sd * sd), 0.0, 4.5 / std::sqrt(n)) << "targets are independent";
}

// Within an interval the potential is an exponential, for every model and neuron; and they see the same draws.
TEST(NoiseGenerator, IsConstantWithinItsIntervals) {
  const NoiseGenerator noise = noisy(0.0, 200.0, 1.0);
  const auto check = [&](const auto& neuron, double tolerance) {
    const Samples samples = under_noise(neuron, noise, 20, 0.5, 100);
    for (std::size_t k = 0; k + 2 < samples.v.size(); k += 2)
      for (std::uint32_t i = 0; i < 20; ++i) {
        const double a = samples.v[k][i], b = samples.v[k + 1][i], c = samples.v[k + 2][i];
        const double x = std::exp(-0.5 / tau);
        const double v_inf = (b - a * x) / (1.0 - x);
        EXPECT_NEAR(c, v_inf + (b - v_inf) * x, tolerance);
      }
    return samples.v.back();
  };
  const std::vector<double> delta = check(model<IafPscDelta>(900.0), 1e-9);
  const auto same = [&](const std::vector<double>& other, double tolerance) {
    for (std::uint32_t i = 0; i < 20; ++i) ASSERT_NEAR(other[i], delta[i], tolerance);
  };
  same(check(model<IafPscExp>(900.0), 1e-9), 1e-9);
  same(check(model<IafPscDeltaAdaptive>(900.0), 1e-9), 1e-9);
  same(check(model<IafCondExp>(900.0), 1e-6), 1e-6);
  IafPscExp two = model<IafPscExp>(900.0);  // takes the other dynamics of the model
  two.tau_syn_in = 3.7;
  same(check(two, 1e-9), 1e-9);
}

TEST(NoiseGenerator, DependsNeitherOnThreadsNorOnSplits) {
  const auto spikes = [](int threads, double split) {
    NetworkBuilder builder(3);
    const auto p = builder.add_population("p", 9000, model<IafPscDelta>());
    builder.add_current(Neurons(p, Slice{100, 8800}), noisy(180.0, 400.0, 1.0));
    const Network network = builder.build();
    Simulation simulation(network, {.threads = threads});
    SpikeRecorder recorder(p);
    simulation.attach(recorder);
    if (split > 0.0) {
      simulation.run_until(Time::from_ms(split));
      simulation.load_state(simulation.save_state());
    }
    simulation.run_until(Time::from_ms(100.0));
    return std::vector<Spike>(recorder.spikes().begin(), recorder.spikes().end());
  };
  const auto expected = spikes(1, 0.0);
  EXPECT_GT(expected.size(), 5000u);
  for (const Spike& spike : expected) ASSERT_TRUE(spike.neuron >= 100 && spike.neuron < 8900);
  for (const int threads : {2, 3, 8}) EXPECT_TRUE(spikes(threads, 0.0) == expected) << threads;
  EXPECT_TRUE(spikes(1, 50.5) == expected);
}

TEST(CurrentGenerators, StartAfreshWithEachTrial) {
  NetworkBuilder builder(3);
  const auto p = builder.add_population("p", 2, model<IafPscDelta>(1e5));
  builder.add_current(p, some_steps());
  builder.add_current(p, some_sine());
  builder.add_current(p, noisy(0.0, 100.0, 1.0));
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(70.0));
  const auto first = simulation.values(p, "V_m");
  simulation.restart(0);
  simulation.run_until(Time::from_ms(70.0));
  EXPECT_EQ(simulation.values(p, "V_m"), first);
  simulation.restart(1);
  simulation.run_until(Time::from_ms(70.0));
  EXPECT_NE(simulation.values(p, "V_m")[0], first[0]) << "other noise";
  EXPECT_NEAR(simulation.values(p, "V_m")[0], first[0], 20.0);
  EXPECT_NE(first[0], first[1]);
}

TEST(CurrentGenerators, RefuseWrongParameters) {
  StepCurrentGenerator steps = some_steps();
  steps.amplitude_values.pop_back();
  EXPECT_THROW(steps.validate(), Error);
  steps = some_steps();
  std::swap(steps.amplitude_times[0], steps.amplitude_times[1]);
  EXPECT_THROW(steps.validate(), Error);
  AcGenerator sine = some_sine();
  sine.dt = 50.0;
  EXPECT_THROW(sine.validate(), Error);
  EXPECT_THROW(noisy(0.0, -1.0, 1.0).validate(), Error);
  EXPECT_THROW(noisy(0.0, 1.0, 0.0).validate(), Error);
}

}  // namespace
}  // namespace synop
