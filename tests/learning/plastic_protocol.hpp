#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/core/observer.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/one_to_one.hpp"

namespace synop::test {

struct PlasticConnection {
  std::uint32_t source;
  std::uint32_t target;
  double delay;  // ms
  double weight;
};

// Sources that fire at given times, with plastic synapses onto neurons that are made to fire at given times.
struct Protocol {
  std::vector<std::vector<double>> pre;   // ms, per source
  std::vector<std::vector<double>> post;  // ms, per target
  std::vector<PlasticConnection> connections;
  StdpSynapse rule;
  DelaySplit split;
};

inline std::vector<std::vector<Time>> times_of(const std::vector<std::vector<double>>& trains) {
  std::vector<std::vector<Time>> times(trains.size());
  for (std::size_t i = 0; i < trains.size(); ++i)
    for (const double ms : trains[i]) times[i].push_back(Time::from_ms(ms));
  return times;
}

struct PlasticNetwork {
  Network network;
  PopulationId targets;
  ProjectionId plastic;
};

inline ProjectionId connect_plastic(NetworkBuilder& builder, PopulationId from, PopulationId onto, const Protocol& p) {
  std::vector<ExplicitList::Connection> pairs;
  Distribution weight{.kind = Distribution::list};
  Distribution delay{.kind = Distribution::list};
  for (const PlasticConnection& c : p.connections) {
    pairs.push_back({c.source, c.target});
    weight.values.push_back(c.weight);
    delay.values.push_back(c.delay);
  }
  return builder.connect(
      from, onto, ExplicitList(pairs),
      Synapse{.weight = weight, .delay = delay, .plasticity = synop::plastic(p.rule), .split = p.split}, "plastic");
}

// Plastic weights must stay far below the threshold of 15 mV for the targets to fire as told.
inline PlasticNetwork build(const Protocol& p) {
  NetworkBuilder builder;
  const auto pre = builder.add_population("pre", static_cast<std::uint32_t>(p.pre.size()),
                                          std::make_unique<SpikeGenerator>(times_of(p.pre)));
  const auto teacher = builder.add_population("teacher", static_cast<std::uint32_t>(p.post.size()),
                                              std::make_unique<SpikeGenerator>(times_of(p.post)));
  const auto targets =
      builder.add_population("targets", static_cast<std::uint32_t>(p.post.size()), IafPscDelta{.t_ref = 0.0});
  builder.connect(teacher, targets, OneToOne{}, Synapse{.weight = constant(1000.0), .delay = constant(0.0)},
                  "teaching");
  const auto plastic = connect_plastic(builder, pre, targets, p);
  return {builder.build(), targets, plastic};
}

inline std::vector<double> weights_after(const Protocol& p, double ms) {
  const PlasticNetwork built = build(p);
  Simulation simulation(built.network);
  simulation.run_until(Time::from_ms(ms));
  return simulation.synapses(built.plastic).weights;
}

// A second method: one synapse, all its events in order of time, traces by std::exp from one event to the next.
// With `rounded` the weight is a float between two events, otherwise nothing is rounded.
class ImmediateSynapse {
 public:
  ImmediateSynapse(const StdpSynapse& rule, double weight, bool rounded) : rule_(rule), rounded_(rounded), w_(weight) {}

  long double run(const std::vector<Time>& pre, const std::vector<Time>& post, Delay delay, const DelaySplit& split,
                  Time before) {
    std::vector<std::pair<Time, bool>> events;  // false: pre, which comes first
    for (const Time t : pre) events.push_back({t + split.axonal(delay), false});
    for (const Time t : post) events.push_back({t + split.dendritic(delay), true});
    std::stable_sort(events.begin(), events.end());
    for (const auto& [t, is_post] : events) {
      if (t >= before) break;
      decay_to(t);
      is_post ? potentiate() : depress();
    }
    return w_;
  }

 private:
  void decay_to(Time t) {
    const long double passed = static_cast<long double>((t - now_).ticks) * 1e-9L;
    x_ *= std::exp(-passed / static_cast<long double>(rule_.tau_plus));
    y_ *= std::exp(-passed / static_cast<long double>(rule_.tau_minus));
    now_ = t;
  }
  void potentiate() {
    const long double bound = static_cast<float>(rule_.Wmax);
    set(w_ + static_cast<long double>(rule_.lambda) * bound *
                 std::pow(1 - w_ / bound, static_cast<long double>(rule_.mu_plus)) * x_);
    y_ += 1;
  }
  void depress() {
    const long double bound = static_cast<float>(rule_.Wmax);
    set(w_ - static_cast<long double>(rule_.alpha * rule_.lambda) * bound *
                 std::pow(w_ / bound, static_cast<long double>(rule_.mu_minus)) * y_);
    x_ += 1;
  }
  void set(long double w) {
    const long double bound = static_cast<float>(rule_.Wmax);
    w = std::clamp(w, std::min(0.0L, bound), std::max(0.0L, bound));
    w_ = rounded_ ? static_cast<long double>(static_cast<float>(w)) : w;
  }

  StdpSynapse rule_;
  bool rounded_;
  long double w_;
  long double x_ = 0;
  long double y_ = 0;
  Time now_{};
};

}  // namespace synop::test
