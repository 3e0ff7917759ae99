#include "synop/core/schedule.hpp"

#include <algorithm>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

// Upper bound of a window: bounds what is sorted and buffered at a time when no loop does.
constexpr Delay longest_window = Delay{10 * ticks_per_ms};
// A window spans at most this many of the shortest time constant, so that no scaled state overflows.
constexpr double time_constants_per_window = 300.0;

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    boost::property<boost::edge_index_t, std::size_t>>;

std::vector<int> strong_components_of(const Network& network) {
  Graph graph(network.populations().size());
  for (const Projection& p : network.projections())
    if (p.synapses > 0) boost::add_edge(p.source.index, p.target.index, graph);
  std::vector<int> component(network.populations().size());
  if (!component.empty())
    boost::strong_components(graph, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, graph)));
  return component;
}

// Longest path from the roots over the edges that must lead upwards, with detection of cycles.
class Leveler {
 public:
  Leveler(std::span<const std::string> names, std::vector<std::vector<std::uint32_t>> upward)
      : names_(names), upward_(std::move(upward)), state_(upward_.size()), level_(upward_.size()) {}

  std::vector<std::uint32_t> run() {
    for (std::uint32_t p = 0; p < upward_.size(); ++p) visit(p);
    std::reverse(finished_.begin(), finished_.end());
    for (const std::uint32_t p : finished_)
      for (const std::uint32_t next : upward_[p]) level_[next] = std::max(level_[next], level_[p] + 1);
    return level_;
  }

 private:
  enum class State : std::uint8_t { unseen, open, done };

  void visit(std::uint32_t p) {
    if (state_[p] == State::done) return;
    if (state_[p] == State::open) refuse_cycle(p);
    state_[p] = State::open;
    path_.push_back(p);
    for (const std::uint32_t next : upward_[p]) visit(next);
    path_.pop_back();
    state_[p] = State::done;
    finished_.push_back(p);
  }

  [[noreturn]] void refuse_cycle(std::uint32_t p) const {
    std::string cycle;
    for (auto at = std::find(path_.begin(), path_.end(), p); at != path_.end(); ++at)
      cycle += names_[*at] + " -> ";
    throw Error(ErrorKind::model,
                fmt::format("projections with zero delay form a cycle, in which no order of events exists: {}{}; give one "
                            "of them a delay above 0",
                            cycle, names_[p]));
  }

  std::span<const std::string> names_;
  std::vector<std::vector<std::uint32_t>> upward_;
  std::vector<State> state_;
  std::vector<std::uint32_t> level_;
  std::vector<std::uint32_t> path_;
  std::vector<std::uint32_t> finished_;
};

Delay window_of(const Network& network, const std::vector<std::uint32_t>& level) {
  Delay window = longest_window;
  for (const Projection& p : network.projections())
    if (p.synapses > 0 && level[p.source.index] >= level[p.target.index]) window = std::min(window, p.smallest_delay);
  for (const Population& population : network.populations()) {
    const double bound = population.model->shortest_time_constant() * time_constants_per_window;
    if (bound < window.ms()) window = std::max(tick, Delay::from_ms(bound));
  }
  return window;
}

// Searching a population costs by its size, and the farther it looks the more neurons have to be looked at closely: windows
// are put together up to a fifth of the shortest time constant and up to a millisecond.
Delay horizon_of(const Network& network, Delay window) {
  double ms = 1.0;
  for (const Population& population : network.populations())
    ms = std::min(ms, population.model->shortest_time_constant() / 5.0);
  return window * std::max<std::int64_t>(1, Delay::from_ms(ms).ticks / window.ticks);
}

}  // namespace

Schedule make_schedule(const Network& network) {
  const std::vector<int> component = strong_components_of(network);
  std::vector<std::string> names;
  for (const Population& population : network.populations()) names.push_back(population.name);
  std::vector<std::vector<std::uint32_t>> upward(names.size());
  for (const Projection& p : network.projections()) {
    if (p.synapses == 0) continue;
    const bool between = component[p.source.index] != component[p.target.index];
    if (between || p.smallest_delay.ticks == 0) upward[p.source.index].push_back(p.target.index);
  }
  const std::vector<std::uint32_t> level = Leveler(names, std::move(upward)).run();

  Schedule schedule;
  schedule.window = window_of(network, level);
  schedule.horizon = horizon_of(network, schedule.window);
  const std::size_t levels = level.empty() ? 0 : *std::max_element(level.begin(), level.end()) + std::size_t{1};
  schedule.levels.resize(levels);
  schedule.populations.resize(levels);
  for (std::uint32_t p = 0; p < level.size(); ++p) schedule.populations[level[p]].push_back({p});
  for (std::uint32_t b = 0; b < network.blocks().size(); ++b)
    schedule.levels[level[network.blocks()[b].population.index]].push_back({b});
  // Threads take the blocks of a level one by one: the largest first, so that they end together.
  for (std::vector<BlockId>& blocks : schedule.levels)
    std::stable_sort(blocks.begin(), blocks.end(), [&](BlockId a, BlockId b) {
      return network.blocks()[a.index].neurons.count > network.blocks()[b.index].neurons.count;
    });
  return schedule;
}

void refuse_zero_delay_cycle(std::span<const std::string> names, std::span<const PopulationLink> zero_delays) {
  std::vector<std::vector<std::uint32_t>> upward(names.size());
  for (const PopulationLink& link : zero_delays) upward[link.source].push_back(link.target);
  (void)Leveler(names, std::move(upward)).run();
}

}  // namespace synop
