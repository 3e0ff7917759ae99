#include "synop/io/nir/exact_network.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/nir/detail/exact_neurons.hpp"
#include "synop/io/nir/detail/map_chain.hpp"
#include "synop/io/nir/detail/paths.hpp"
#include "synop/io/nir/detail/pulses.hpp"
#include "synop/io/nir/exact_limits.hpp"

namespace synop::nir {

namespace {

using Arrivals = std::vector<detail::Paths::Arrival>;

class Maker {
 public:
  Maker(const Graph& graph, const Options& options, const InputSpikes& spikes, std::uint32_t first)
      : graph_(graph),
        options_(options),
        spikes_(spikes),
        first_(first),
        names_(population_names(graph)),
        constants_(constant_inputs(graph)),
        closing_(loop_closing_edges(graph)),
        jumps_(graph.nodes.size()) {
    if (options.recurrent_delay) recurrent_delay_ = options.recurrent_delay->ticks;
  }

  ExactNetwork make() {
    add_populations();
    add_biases();
    std::vector<bool> direct = add_convolutions();
    detail::Paths paths(graph_, recurrent_delay_, std::move(direct));
    for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
      const NodeKind kind = graph_.nodes[n].kind;
      if (kind == NodeKind::input && options_.spike == SpikeMeaning::pulse)
        detail::add_pulses(graph_, n, paths, spikes_[n], options_.dt, made_);
      else if (kind == NodeKind::input || spikes(kind))
        add_projections(n, paths);
    }
    name_projections();
    return std::move(made_);
  }

 private:
  void add_populations();
  void add_biases();
  std::vector<bool> add_convolutions();
  using VisitWay = std::function<bool(std::uint32_t source, std::span<const std::uint32_t> maps, Delay delay)>;
  bool go_back(std::uint32_t edge, std::vector<std::uint32_t>& maps, Delay delay, const VisitWay& visit) const;
  std::vector<ProjectionSection> convolutions_by(std::uint32_t edge) const;
  void add_projections(std::uint32_t n, detail::Paths& paths);
  void add_projection(ProjectionSection projection);
  void refuse_too_many(double synapses) const;
  void name_projections();
  PopulationSlice slice(std::uint32_t node) const {
    return {made_.population_of[node], 0, static_cast<std::uint32_t>(graph_.nodes[node].size())};
  }
  const std::string& name_of(std::uint32_t population) const { return made_.populations[population - first_].name; }

  const Graph& graph_;
  const Options& options_;
  const InputSpikes& spikes_;
  std::uint32_t first_;
  std::int64_t recurrent_delay_ = 0;
  std::vector<std::string> names_;
  std::vector<std::vector<double>> constants_;
  std::vector<bool> closing_;  // edges
  std::vector<std::vector<double>> jumps_;                      // by node with a potential
  double available_ = static_cast<double>(available_memory());  // bytes
  ExactNetwork made_;
};

void Maker::add_populations() {
  made_.population_of.assign(graph_.nodes.size(), ExactNetwork::none);
  for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
    const Node& node = graph_.nodes[n];
    if (node.kind != NodeKind::input && !has_potential(node.kind)) continue;
    made_.population_of[n] = first_ + static_cast<std::uint32_t>(made_.populations.size());
    if (has_potential(node.kind)) {
      made_.populations.push_back(detail::exact_neurons(node, names_[n], constants_[n], options_.reset));
      jumps_[n] = detail::jump_per_weight(node, options_.area());
      continue;
    }
    PopulationSection input;
    input.name = names_[n];
    input.model = "spike_generator";
    input.is_source = true;
    input.size = static_cast<std::uint32_t>(node.size());
    input.spike_times = spikes_[n];
    input.spike_times.resize(input.size);
    made_.populations.push_back(std::move(input));
  }
}

void Maker::add_projection(ProjectionSection projection) {
  const bool listed = projection.rule.kind == ConnectionRuleSection::Kind::explicit_list;
  if (!listed || !projection.rule.connections.sources.empty()) made_.projections.push_back(std::move(projection));
}

// Before memory is asked for that is not there.
void Maker::refuse_too_many(double synapses) const {
  constexpr double bytes_per_synapse = 48.0;  // the list, its copy while the network is composed, and the synapses
  if (synapses * bytes_per_synapse > available_)
    throw Error(ErrorKind::memory,
                fmt::format("'{}' has more than {:.0f} million synapses when its maps are written out, for which "
                            "{:.1f} GB do not suffice",
                            graph_.file, synapses * 1e-6, available_ * 1e-9));
}

// One neuron that spikes once, at 0 ms.
void Maker::add_biases() {
  const std::uint32_t population = first_ + static_cast<std::uint32_t>(made_.populations.size());
  std::vector<ProjectionSection> onto;
  for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
    if (!has_potential(graph_.nodes[n].kind)) continue;
    const std::vector<double> jumps = detail::initial_currents(graph_.nodes[n], constants_[n]);
    ProjectionSection projection;
    projection.source = {population, 0, 1};
    projection.target = slice(n);
    projection.rule.kind = ConnectionRuleSection::Kind::explicit_list;
    projection.double_weights = true;
    projection.delay = {.a = 0.0};
    for (std::uint32_t i = 0; i < jumps.size(); ++i) {
      if (jumps[i] == 0.0) continue;
      projection.rule.connections.sources.push_back(0);
      projection.rule.connections.targets.push_back(i);
      projection.rule.connections.weights.push_back(jumps[i]);
    }
    if (!projection.rule.connections.sources.empty()) onto.push_back(std::move(projection));
  }
  if (onto.empty()) return;
  PopulationSection biases;
  biases.name = "biases";
  while (std::find(names_.begin(), names_.end(), biases.name) != names_.end()) biases.name += "_";
  biases.model = "spike_generator";
  biases.is_source = true;
  biases.size = 1;
  biases.spike_times = {{Time{}}};
  made_.populations.push_back(std::move(biases));
  for (ProjectionSection& projection : onto) made_.projections.push_back(std::move(projection));
}

// Goes back from an edge to the nodes that spike, through maps; calls visit(source, maps, delay) for every way there is.
// False if a node on a way is neither.
bool Maker::go_back(std::uint32_t edge, std::vector<std::uint32_t>& maps, Delay delay, const VisitWay& visit) const {
  const std::uint32_t n = graph_.edges[edge].source;
  if (closing_[edge]) delay = delay + Delay{recurrent_delay_};
  const NodeKind kind = graph_.nodes[n].kind;
  if (kind == NodeKind::input || spikes(kind)) return visit(n, maps, delay);
  if (!is_stateless(kind)) return false;
  maps.insert(maps.begin(), n);
  bool good = true;
  for (std::uint32_t e = 0; e < graph_.edges.size() && good; ++e)
    if (graph_.edges[e].target == n) good = go_back(e, maps, delay, visit);
  maps.erase(maps.begin());
  return good;
}

// The ways that end with an edge into neurons as convolutions; none unless all of them are.
std::vector<ProjectionSection> Maker::convolutions_by(std::uint32_t edge) const {
  const std::uint32_t target = graph_.edges[edge].target;
  const std::vector<double>& jumps = jumps_[target];
  const auto as_first = [&](double jump) { return jump == jumps.front(); };
  if (jumps.empty() || !std::all_of(jumps.begin(), jumps.end(), as_first)) return {};
  std::vector<ProjectionSection> projections;
  std::vector<std::uint32_t> maps;
  const bool good = go_back(edge, maps, {}, [&](std::uint32_t source, std::span<const std::uint32_t> way, Delay delay) {
    std::optional<detail::ChainedMap> map = detail::chained_map(graph_, way);
    if (!map) return false;
    for (double& weight : map->kernel) weight *= jumps.front();
    ProjectionSection projection;
    projection.source = slice(source);
    projection.target = slice(target);
    projection.rule.kind = ConnectionRuleSection::Kind::convolution;
    projection.rule.convolution = map->shape;
    projection.weight = {.kind = Distribution::Kind::list, .values = std::move(map->kernel)};
    projection.delay = {.a = delay.ms()};
    projections.push_back(std::move(projection));
    return true;
  });
  if (!good) return {};
  return projections;
}

// Marks the edges into neurons that are done with.
std::vector<bool> Maker::add_convolutions() {
  std::vector<bool> done(graph_.edges.size());
  if (options_.spike == SpikeMeaning::pulse) return done;
  for (std::uint32_t e = 0; e < graph_.edges.size(); ++e)
    for (ProjectionSection& projection : convolutions_by(e)) {
      done[e] = true;
      add_projection(std::move(projection));
    }
  return done;
}

void Maker::add_projections(std::uint32_t n, detail::Paths& paths) {
  std::map<std::uint32_t, ProjectionSection> onto;
  for (std::uint32_t i = 0; i < graph_.nodes[n].size(); ++i) {
    paths.follow(n, i, [&](std::uint32_t target, const Arrivals& arrivals) {
      ConnectionList& list = onto[target].rule.connections;
      for (const auto& arrival : arrivals) {
        const double weight = arrival.weight * jumps_[target][arrival.neuron];
        if (weight == 0.0) continue;
        list.sources.push_back(i);
        list.targets.push_back(arrival.neuron);
        list.weights.push_back(weight);
        list.delays_ms.push_back(Delay{arrival.delay}.ms());
      }
    });
    std::size_t synapses = 0;
    for (const auto& [target, projection] : onto) synapses += projection.rule.connections.size();
    refuse_too_many(static_cast<double>(synapses));
  }
  for (auto& [target, projection] : onto) {
    projection.source = slice(n);
    projection.target = slice(target);
    projection.rule.kind = ConnectionRuleSection::Kind::explicit_list;
    projection.double_weights = true;
    std::vector<double>& delays = projection.rule.connections.delays_ms;
    if (!delays.empty() && std::all_of(delays.begin(), delays.end(), [&](double d) { return d == delays.front(); })) {
      projection.delay = {.a = delays.front()};
      delays.clear();
    }
    add_projection(std::move(projection));
  }
}

void Maker::name_projections() {
  std::set<std::string> taken;
  for (ProjectionSection& projection : made_.projections) {
    const std::string name =
        fmt::format("{}_{}", name_of(projection.source.population), name_of(projection.target.population));
    projection.name = name;
    for (int i = 2; !taken.insert(projection.name).second; ++i) projection.name = fmt::format("{}_{}", name, i);
  }
}

}  // namespace

ExactNetwork make_exact_network(const Graph& graph, const Options& options, const InputSpikes& spikes,
                                std::uint32_t first_population) {
  check_options(options);
  refuse_obstacles(graph, options);
  return Maker(graph, options, spikes, first_population).make();
}

}  // namespace synop::nir
