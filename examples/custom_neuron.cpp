// A neuron model of your own, outside the library: the perfect (non-leaky) integrator, in continuous time and exact.
//
//   C dV/dt = I;   V += w at an input of weight w (mV);   V >= V_th: a spike, V = 0
//
// Neurons that inhibit each other solve a system of linear equations with it: what a neuron receives in a second, it
// spends on its spikes, (I_i / C) = V_th r_i + w sum_{j != i} r_j.
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace {

using namespace synop;

struct PerfectIntegrator {
  static constexpr std::string_view name = "perfect_integrator";
  static constexpr std::string_view weight_unit = "mV";

  double C = 100.0;    // pF
  double V_th = 20.0;  // mV

  // Name, unit, allowed range and meaning of every parameter: enough for checks and for experiment files.
  static constexpr auto parameter_table() {
    using P = Parameter<PerfectIntegrator>;
    return std::array{P{{"C", "pF", positive, "capacitance"}, &PerfectIntegrator::C},
                      P{{"V_th", "mV", positive, "threshold"}, &PerfectIntegrator::V_th}};
  }
  void validate() const { check_parameters(*this); }
  Delay refractory_time() const { return {}; }
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics;
};

// The state of the neurons of one block. A potential is brought forward when something happens to its neuron.
class PerfectIntegrator::Dynamics {
 public:
  static constexpr bool is_refractory_model = true;  // predicted anew when released: at once, as t_ref = 0
  static constexpr std::uint64_t bytes_per_neuron = 3 * sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 2 * bytes_per_neuron;
  struct Instant {  // what all inputs of an instant share
    Time t;
  };

  Dynamics(const PerfectIntegrator& model, std::uint32_t neurons) : model_(model), neurons_(neurons) {}

  Instant instant(Time t, Time) { return {t}; }
  // Excitation brings the crossing nearer, so the neuron is looked at; a crossing predicted too early is noticed
  // when it comes due, so inhibition need not do anything about it.
  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights w, std::size_t n, Alerts& alerts) {
    inhibit(now, targets, w, n, alerts);
    alerts.insert(alerts.end(), targets, targets + n);
  }
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights w, std::size_t n, Alerts&) {
    for (std::size_t j = 0; j < n; ++j) at(targets[j], now.t).V += w[j];
  }
  // The next crossing if no input comes, on the first tick at or after it.
  Time attend(std::uint32_t i, Time t, Time) {
    const Neuron& x = at(i, t);
    const double missing = model_.V_th - x.V;
    if (missing <= 1e-9) return t;  // less than a tick away: rounding
    const double ticks = std::ceil(missing / x.slope);
    return x.slope > 0.0 && ticks < 1e18 ? t + Delay{static_cast<std::int64_t>(ticks)} : Time::never();
  }
  void scan(Time, Time, Alerts& alerts) {
    for (std::uint32_t i = 0; i < neurons_.size(); ++i) alerts.push_back(i);
  }
  bool scans_windows() const { return false; }  // every crossing is predicted, however far
  void fire(std::uint32_t i, Time t) { at(i, t).V = 0.0; }
  void release(std::uint32_t, Time) {}
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
    for (std::uint32_t i = first; i < first + count; ++i) at(i, t).slope += amplitude / model_.C / ticks_per_ms;
  }
  double value(std::string_view variable, std::uint32_t i, Time t) {
    if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
    return at(i, t).V;
  }
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
    if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
    at(i, t).V = value;
  }
  void freeze_adaptation(bool, Time) {}
  void restart(Time) {
    for (Neuron& x : neurons_) x = {};
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_);
  }

 private:
  struct Neuron {
    double V = 0.0;      // mV at `since`
    double slope = 0.0;  // mV per tick
    Time since{};
  };
  Neuron& at(std::uint32_t i, Time t) {
    Neuron& x = neurons_[i];
    x.V += x.slope * static_cast<double>((t - x.since).ticks);
    x.since = t;
    return x;
  }
  PerfectIntegrator model_;
  std::vector<Neuron> neurons_;
};

}  // namespace

int main() {
  const std::vector<double> current{300.0, 260.0, 240.0, 220.0, 200.0};  // pA
  const auto n = static_cast<std::uint32_t>(current.size());
  const PerfectIntegrator model{};
  const double w = 2.0;  // mV

  NetworkBuilder builder;
  const auto neurons = builder.add_population("neurons", n, model);
  builder.connect(neurons, neurons, AllToAll(/*allow_autapses=*/false),
                  {.weight = constant(-w), .delay = constant(1.0)});
  for (std::uint32_t i = 0; i < n; ++i) builder.add_current({neurons, Slice{i, 1}}, current[i]);
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(neurons);
  simulation.attach(recorder);
  simulation.run(Delay::from_ms(100e3));

  std::vector<double> count(n);
  for (const Spike& spike : recorder.spikes()) ++count[spike.neuron];
  double slopes = 0.0;
  for (const double I : current) slopes += I / model.C * 1e3;  // mV/s
  const double total = slopes / (model.V_th + (n - 1) * w);
  std::printf("neuron   rate (Hz)   from the equations\n");
  for (std::uint32_t i = 0; i < n; ++i)
    std::printf("%6u   %9.2f   %18.2f\n", i, count[i] / 100.0,
                (current[i] / model.C * 1e3 - w * total) / (model.V_th - w));
}
