#include "support/random_network.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

#include <fmt/format.h>

#include "synop/neurons/iaf_psc_alpha.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/if_psc_delta.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/explicit_list.hpp"

namespace synop::test {

namespace {

using reference::Model;

// Draws that are the same with every standard library.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(random_() >> 11) * 0x1p-53);
  }
  bool chance(double p) { return uniform(0.0, 1.0) < p; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
  }

 private:
  std::mt19937_64 random_;
};

class Generator {
 public:
  Generator(std::uint32_t seed, const RandomNetworkOptions& options)
      : dice_(seed), options_(options), on_grid_(dice_.chance(0.5)) {
    network_.end = Time::from_ms(options.duration);
  }

  RandomNetwork make() {
    add_sources();
    const std::uint32_t populations = 1 + dice_.below(3);
    for (std::uint32_t p = 0; p < populations; ++p) add_population();
    for (std::uint32_t q = 1; q < network_.populations.size(); ++q)
      for (std::uint32_t p = 0; p < network_.populations.size(); ++p)
        for (std::uint32_t several = 0; several < 2; ++several)
          if (dice_.chance(several == 0 ? (p == 0 ? 0.95 : 0.6) : 0.2)) connect(p, q);
    for (std::uint32_t p = 1; p < network_.populations.size(); ++p)
      if (dice_.chance(0.5)) add_current(p);
    return std::move(network_);
  }

 private:
  // An instant or span between two, in ms: often on a coarse grid, so that many things happen at once.
  double time_between(double low, double high) {
    if (!on_grid_ && !dice_.chance(0.1)) return dice_.uniform(low, high);
    const double grid = 0.5;
    const auto steps = static_cast<std::uint32_t>((high - low) / grid);
    return low + grid * dice_.below(steps + 1);
  }

  void add_sources() {
    const std::uint32_t size = 1 + dice_.below(6);
    network_.populations.push_back({0, size});
    for (std::uint32_t i = 0; i < size; ++i) {
      reference::Neuron source;
      source.model = Model::source;
      const std::uint32_t spikes = dice_.below(25);
      for (std::uint32_t k = 0; k < spikes; ++k) {
        source.emits.push_back(Time::from_ms(time_between(0.0, options_.duration)));
        if (dice_.chance(0.1)) source.emits.push_back(source.emits.back());
      }
      std::sort(source.emits.begin(), source.emits.end());
      network_.description.neurons.push_back(source);
    }
  }

  void add_population() {
    const auto first = static_cast<std::uint32_t>(network_.description.neurons.size());
    const std::uint32_t size = 1 + dice_.below(9);
    network_.populations.push_back({first, size});
    const reference::Neuron common = parameters();
    const bool at_rest = dice_.chance(0.4);
    for (std::uint32_t i = 0; i < size; ++i) {
      network_.description.neurons.push_back(common);
      if (!at_rest) network_.description.neurons.back().V_m = dice_.uniform(common.E_L - 5.0, common.V_th + 1.0);
    }
  }

  reference::Neuron parameters() {
    reference::Neuron n;
    n.model = options_.models[dice_.below(static_cast<std::uint32_t>(options_.models.size()))];
    n.tau_m = dice_.one_of({10.0, 20.0, 3.5, 12.8});
    n.C_m = 32.0 * n.tau_m;                               // R I is exact
    const double shift = dice_.one_of({0.0, 0.0, 80.0});  // thresholds of both signs
    n.E_L = -70.0 + shift;
    n.V_th = -55.0 + shift;
    n.V_reset = n.E_L - dice_.one_of({0.0, 0.0, 5.0, -8.0});
    n.V_m = n.E_L;
    n.t_ref = dice_.one_of({0.0, 0.5, 1.0, 2.0, 3.25});
    n.I_e = 32.0 * dice_.one_of({0.0, 0.0, 0.0, 10.0, 14.5, at_threshold(), 15.5, 20.0, 30.0});
    n.tau_syn_ex = dice_.one_of({0.5, 2.0, 5.0, n.tau_m, 2.0 * n.tau_m, 1.001 * n.tau_m});
    n.tau_syn_in = dice_.one_of({0.5, 2.0, 8.0, n.tau_m, 3.0 * n.tau_m, n.tau_syn_ex});
    if (n.model == Model::if_psc_delta) n.I_e *= odd;
    if (n.model == Model::iaf_psc_alpha) {
      if (dice_.chance(0.1)) n.tau_syn_ex = n.tau_m * dice_.one_of({1.0 + 1e-9, 1.0 - 1e-5, 0.97});
      if (dice_.chance(0.4)) n.tau_syn_in = n.tau_syn_ex;  // the scaled form, if both are short
    }
    if (n.model == Model::iaf_psc_delta_adaptive) {
      n.tau_theta = n.tau_m * dice_.one_of({0.3, 1.0, 1.5, 10.0, 1e5});
      n.theta_plus = dice_.one_of({0.0, 0.5, 3.0});
    }
    allow_voltage(std::abs(n.E_L) + 32.0);
    return n;
  }

  Model model_of(std::uint32_t population) const {
    return network_.description.neurons[network_.populations[population].first].model;
  }

  // Synapses between random pairs: pairs may repeat, and a neuron may be its own target.
  void connect(std::uint32_t p, std::uint32_t q) {
    const bool forward = p < q;
    if (model_of(q) == Model::parrot_neuron && !forward) return;  // parrots in a loop never stop
    const RandomNetwork::Population& from = network_.populations[p];
    const RandomNetwork::Population& onto = network_.populations[q];
    RandomNetwork::Projection projection{p, q, network_.description.synapses.size(), 0};
    projection.count = 1 + dice_.below(std::max(1u, std::min(60u, from.size * onto.size / 2)));
    const double inhibitory = dice_.one_of({0.0, 0.2, 0.5, 1.0});
    const double zero = forward ? dice_.one_of({0.0, 0.0, 0.3, 1.0}) : 0.0;
    const double one_delay = time_between(0.5, 5.0);
    const bool equal_delays = dice_.chance(0.3);
    for (std::size_t k = 0; k < projection.count; ++k) {
      reference::Synapse s;
      s.source = from.first + dice_.below(from.size);
      s.target = onto.first + dice_.below(onto.size);
      const reference::Neuron& target = network_.description.neurons[onto.first];
      s.weight = weight(model_of(q), dice_.chance(inhibitory), target);
      // A loop of neurons that are never refractory would multiply spikes without bound.
      if (!forward && target.t_ref == 0.0 && s.weight > 0.0) s.weight *= 0.05;
      const double delay = equal_delays ? one_delay : time_between(0.5, 5.0);
      s.delay = dice_.chance(zero) ? Delay{} : Delay::from_ms(delay);
      network_.description.synapses.push_back(s);
    }
    network_.projections.push_back(projection);
  }

  double weight(Model model, bool inhibitory, const reference::Neuron& target) {
    double jump = on_grid_ ? dice_.one_of({5.0, 5.0, 7.5, 3.0, 15.0}) : dice_.uniform(0.5, 12.0);  // mV
    if (inhibitory) jump *= -0.6;
    if (model != Model::iaf_psc_exp && model != Model::iaf_psc_alpha) {
      allow_voltage(std::abs(jump));
      return jump;
    }
    const double tau_s = inhibitory ? target.tau_syn_in : target.tau_syn_ex;
    const double resistance = target.tau_m / target.C_m;
    // A jump of the current of which about as much potential arrives.
    double current = jump / resistance * (0.7 + target.tau_m / tau_s);
    if (model == Model::iaf_psc_alpha) {
      current *= 0.5;
      allow_voltage(4.0 * std::abs(current) * resistance);
      const double difference = 1.0 - tau_s / target.tau_m;
      if (difference >= 0.1) allow_voltage(20.0 * std::abs(current * resistance) * tau_s / target.tau_m / (difference * difference));
      return current;
    }
    if (tau_s != target.tau_m) allow_voltage(20.0 * std::abs(current * resistance * tau_s / (target.tau_m - tau_s)));
    return current;
  }

  void add_current(std::uint32_t p) {
    if (model_of(p) == Model::parrot_neuron) return;
    const RandomNetwork::Population& population = network_.populations[p];
    const std::uint32_t steps = 1 + dice_.below(3);
    for (std::uint32_t k = 0; k < steps; ++k) {
      RandomNetwork::Current current;
      current.population = p;
      const std::uint32_t first = dice_.chance(0.5) ? 0 : dice_.below(population.size);
      current.neurons = {first, dice_.chance(0.5) ? population.size - first : 1 + dice_.below(population.size - first)};
      current.start = Time::from_ms(dice_.chance(0.2) ? 0.0 : time_between(0.0, options_.duration));
      current.stop = dice_.chance(0.3) ? Time::never() : current.start + Delay::from_ms(time_between(0.5, 40.0));
      current.amplitude = 32.0 * dice_.one_of({20.0, 16.0, 5.75, -10.0, at_threshold()});
      if (model_of(p) == Model::if_psc_delta) current.amplitude *= odd;
      allow_voltage(std::abs(current.amplitude) / 32.0 + 90.0);
      for (std::uint32_t i = current.neurons.first; i < current.neurons.end(); ++i) {
        network_.description.steps.push_back({population.first + i, current.start, current.amplitude});
        if (current.stop != Time::never())
          network_.description.steps.push_back({population.first + i, current.stop, -current.amplitude});
      }
      network_.currents.push_back(current);
    }
  }

  // A drive whose V_inf is the threshold, except where inputs tie: the tolerance of ties is relative to V_th - V_inf.
  double at_threshold() const { return on_grid_ ? 15.25 : 15.0; }

  // Straight lines between round numbers meet the threshold on the boundary of a tick, which no rounding can decide.
  static constexpr double odd = 1.0123456789;

  void allow_voltage(double mV) { network_.largest_voltage = std::max(network_.largest_voltage, mV); }

  Dice dice_;
  RandomNetworkOptions options_;
  bool on_grid_;
  RandomNetwork network_;
};

template <class M>
M membrane_of(const reference::Neuron& n) {
  M m;
  m.tau_m = n.tau_m;
  m.C_m = n.C_m;
  m.E_L = n.E_L;
  m.V_th = n.V_th;
  m.V_reset = n.V_reset;
  m.t_ref = n.t_ref;
  m.I_e = n.I_e;
  return m;
}

PopulationId add_to(NetworkBuilder& builder, const RandomNetwork& network, std::uint32_t p) {
  const RandomNetwork::Population& population = network.populations[p];
  const std::string name = fmt::format("population_{}", p);
  const std::span<const reference::Neuron> neurons(network.description.neurons.data() + population.first,
                                                   population.size);
  Distribution potential{.kind = Distribution::list};
  for (const reference::Neuron& n : neurons) potential.values.push_back(n.V_m);
  const reference::Neuron& n = neurons.front();
  switch (n.model) {
    case Model::source: {
      std::vector<std::vector<Time>> trains;
      for (const reference::Neuron& neuron : neurons) trains.push_back(neuron.emits);
      return builder.add_population(name, population.size, std::make_unique<SpikeGenerator>(trains));
    }
    case Model::parrot_neuron:
      return builder.add_population(name, population.size, ParrotNeuron{});
    case Model::iaf_psc_delta:
      return builder.add_population(name, population.size, membrane_of<IafPscDelta>(n), potential);
    case Model::iaf_psc_exp: {
      auto m = membrane_of<IafPscExp>(n);
      m.tau_syn_ex = n.tau_syn_ex;
      m.tau_syn_in = n.tau_syn_in;
      return builder.add_population(name, population.size, m, potential);
    }
    case Model::iaf_psc_alpha: {
      auto m = membrane_of<IafPscAlpha>(n);
      m.tau_syn_ex = n.tau_syn_ex;
      m.tau_syn_in = n.tau_syn_in;
      return builder.add_population(name, population.size, m, potential);
    }
    case Model::if_psc_delta:
      return builder.add_population(
          name, population.size,
          IfPscDelta{.C_m = n.C_m, .V_th = n.V_th, .V_reset = n.V_reset, .t_ref = n.t_ref, .I_e = n.I_e}, potential);
    case Model::iaf_psc_delta_adaptive: {
      auto m = membrane_of<IafPscDeltaAdaptive>(n);
      m.tau_theta = n.tau_theta;
      m.theta_plus = n.theta_plus;
      return builder.add_population(name, population.size, m, potential);
    }
  }
  throw std::logic_error("unknown model");
}

void connect_in(NetworkBuilder& builder, const RandomNetwork& network, std::size_t index) {
  const RandomNetwork::Projection& projection = network.projections[index];
  std::vector<ExplicitList::Connection> connections;
  Synapse synapse{
      .weight = {.kind = Distribution::list}, .delay = {.kind = Distribution::list}, .double_precision = true};
  for (std::size_t k = projection.first; k < projection.first + projection.count; ++k) {
    const reference::Synapse& s = network.description.synapses[k];
    connections.push_back({s.source - network.populations[projection.source].first,
                           s.target - network.populations[projection.target].first});
    synapse.weight.values.push_back(s.weight);
    synapse.delay.values.push_back(s.delay.ms());
  }
  builder.connect(PopulationId{projection.source}, PopulationId{projection.target}, ExplicitList(connections),
                  std::move(synapse), fmt::format("projection_{}", index));
}

class Recorder final : public Observer {
 public:
  explicit Recorder(const RandomNetwork& network) : network_(network) {}
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override {
    for (const Spike& s : spikes) spikes_.push_back({s.time, network_.populations[population.index].first + s.neuron});
  }
  std::vector<GlobalSpike> sorted() {
    std::sort(spikes_.begin(), spikes_.end());
    return std::move(spikes_);
  }

 private:
  const RandomNetwork& network_;
  std::vector<GlobalSpike> spikes_;
};

}  // namespace

RandomNetwork random_network(std::uint32_t seed, const RandomNetworkOptions& options) {
  return Generator(seed, options).make();
}

synop::Network build(const RandomNetwork& network) {
  NetworkBuilder builder;
  for (std::uint32_t p = 0; p < network.populations.size(); ++p) add_to(builder, network, p);
  for (std::size_t i = 0; i < network.projections.size(); ++i) connect_in(builder, network, i);
  for (const RandomNetwork::Current& current : network.currents)
    builder.add_current(Neurons(PopulationId{current.population}, current.neurons), current.amplitude, current.start,
                        current.stop);
  return builder.build({.threads = 1});
}

std::vector<GlobalSpike> run_engine(const RandomNetwork& network, const EngineRun& run) {
  const synop::Network built = build(network);
  Simulation simulation(built, {.threads = run.threads});
  Recorder recorder(network);
  simulation.attach(recorder);
  Dice dice(run.seed);
  std::vector<Time> stops;
  for (int i = 0; i < run.splits; ++i)
    stops.push_back({static_cast<std::int64_t>(dice.uniform(0.0, static_cast<double>(network.end.ticks)))});
  std::sort(stops.begin(), stops.end());
  for (const Time stop : stops) simulation.run_until(stop);
  simulation.run_until(network.end);
  return recorder.sorted();
}

}  // namespace synop::test
