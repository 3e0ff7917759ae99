#include "synop/io/nir/input_spikes.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/io/spike_input.hpp"

namespace synop::nir {

namespace {

constexpr std::uint32_t first_stream = 0xffff'0000;  // no population has such a number

}  // namespace

std::vector<std::string> population_names(const Graph& graph) {
  std::set<std::string, std::less<>> taken;
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) {
    std::string name = node.name;
    for (char& c : name)
      if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-') c = '_';
    if (name.empty()) name = "node";
    std::string unique = name;
    for (int i = 2; taken.contains(unique); ++i) unique = fmt::format("{}_{}", name, i);
    taken.insert(unique);
    names.push_back(std::move(unique));
  }
  return names;
}

InputSpikes read_input_spikes(const Graph& graph, const std::filesystem::path& file) {
  const std::vector<SpikeInput> populations = read_spike_input(file);
  const std::vector<std::uint32_t> inputs = graph.nodes_of(NodeKind::input);
  const std::vector<std::string> names = population_names(graph);
  InputSpikes spikes(graph.nodes.size());
  for (const std::uint32_t input : inputs) {
    const Node& node = graph.nodes[input];
    auto found = std::find_if(populations.begin(), populations.end(), [&](const SpikeInput& population) {
      return population.population == node.name || population.population == names[input];
    });
    if (found == populations.end() && inputs.size() == 1 && populations.size() == 1) found = populations.begin();
    if (found == populations.end()) {
      std::vector<std::string_view> known;
      for (const SpikeInput& population : populations) known.emplace_back(population.population);
      throw Error(ErrorKind::input, fmt::format("'{}' has no population of spikes '{}', after an Input of '{}'{}",
                                                file.string(), node.name, graph.file, did_you_mean(node.name, known)));
    }
    spikes[input] = trains_of(*found, static_cast<std::uint32_t>(node.size()));
  }
  return spikes;
}

InputSpikes listed_input_spikes(const Graph& graph, const std::vector<std::vector<Time>>& trains) {
  const std::vector<std::uint32_t> inputs = graph.nodes_of(NodeKind::input);
  if (inputs.size() != 1)
    throw Error(ErrorKind::model,
                fmt::format("'{}' has {} Inputs; allowed with a list of spike times: one", graph.file, inputs.size()));
  const Node& node = graph.nodes[inputs.front()];
  if (trains.size() != node.size())
    throw Error(ErrorKind::model,
                fmt::format("there are {} lists of spike times for the {} neurons of {} of '{}'; allowed: as many",
                            trains.size(), node.size(), node.title(), graph.file));
  InputSpikes spikes(graph.nodes.size());
  spikes[inputs.front()] = trains;
  return spikes;
}

InputSpikes poisson_input_spikes(const Graph& graph, double rate, Time end, std::uint64_t seed) {
  InputSpikes spikes(graph.nodes.size());
  std::uint32_t stream = first_stream;
  for (const std::uint32_t input : graph.nodes_of(NodeKind::input)) {
    spikes[input].resize(graph.nodes[input].size());
    for (std::uint32_t i = 0; i < spikes[input].size() && rate > 0.0; ++i) {
      RandomStream random(seed, Purpose::poisson_population, stream, i);
      double ticks = 0.0;
      while (true) {
        ticks += random.exponential() * 1e12 / rate;
        if (ticks >= static_cast<double>(end.ticks)) break;
        spikes[input][i].push_back(Time{static_cast<std::int64_t>(ticks)});
      }
    }
    ++stream;
  }
  return spikes;
}

std::uint64_t count_of(const InputSpikes& spikes) {
  std::uint64_t count = 0;
  for (const auto& node : spikes)
    for (const auto& train : node) count += train.size();
  return count;
}

SteppedInput::SteppedInput(const InputSpikes& spikes, Delay dt) : now_(spikes.size()) {
  for (std::uint32_t n = 0; n < spikes.size(); ++n)
    for (std::uint32_t i = 0; i < spikes[n].size(); ++i)
      for (const Time t : spikes[n][i]) events_.push_back({t.ticks / dt.ticks, n, i});
  std::sort(events_.begin(), events_.end());
}

const std::vector<std::vector<std::uint32_t>>& SteppedInput::next() {
  for (auto& neurons : now_) neurons.clear();
  for (; position_ < events_.size() && events_[position_].step == step_; ++position_)
    now_[events_[position_].node].push_back(events_[position_].neuron);
  ++step_;
  return now_;
}

}  // namespace synop::nir
