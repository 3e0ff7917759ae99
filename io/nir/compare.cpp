#include "synop/io/nir/compare.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/nir/clocked_network.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/nir/exact_network.hpp"
#include "synop/io/nir/readout_guard.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/run_steps.hpp"
#include "synop/io/statistics/keep_largest.hpp"

namespace synop::nir {

namespace {

constexpr std::int64_t steps_between_looks = 64;  // at the clock, for progress and interruptions
constexpr std::uint64_t most_listed = 16;  // neurons of an output whose counts are printed

std::vector<std::vector<Time>> by_neuron(const std::vector<Spike>& spikes, std::uint64_t neurons) {
  std::vector<std::vector<Time>> trains(neurons);
  for (const Spike& spike : spikes) trains[spike.neuron].push_back(spike.time);
  return trains;
}

std::optional<Time> kth(const std::vector<Time>& train, std::size_t k) {
  return k < train.size() ? std::optional(train[k]) : std::nullopt;
}

Time earliest(const NodeComparison::Difference& d) {
  return std::min(d.clocked.value_or(Time::never()), d.exact.value_or(Time::never()));
}

NodeComparison compare_node(const Graph& graph, std::uint32_t n, const std::vector<Spike>& clocked,
                            const std::vector<Spike>& exact, Delay tolerance) {
  NodeComparison row{n, clocked.size(), exact.size(), 0, std::nullopt};
  const auto in_steps = by_neuron(clocked, graph.nodes[n].size()), in_time = by_neuron(exact, graph.nodes[n].size());
  for (std::uint32_t i = 0; i < in_steps.size(); ++i)
    for (std::size_t k = 0; k < std::max(in_steps[i].size(), in_time[i].size()); ++k) {
      const NodeComparison::Difference here{i, kth(in_steps[i], k), kth(in_time[i], k)};
      if (here.clocked && here.exact && std::max(*here.clocked - *here.exact, *here.exact - *here.clocked) <= tolerance)
        ++row.partners;
      else if (!row.first || earliest(here) < earliest(*row.first))
        row.first = here;
    }
  return row;
}

std::string time_text(const std::optional<Time>& time) {
  return time ? fmt::format("{} ms", time->ms()) : "none";
}

std::string counts_text(const std::vector<Spike>& spikes, std::uint64_t neurons) {
  std::vector<std::uint64_t> counts(neurons);
  for (const Spike& spike : spikes) ++counts[spike.neuron];
  return fmt::format("{}", fmt::join(counts, " "));
}

bool is_readout(const Node& node) {
  return has_potential(node.kind) && !spikes(node.kind);
}

GraphRun empty_run(const Graph& graph) {
  GraphRun run;
  run.spikes.resize(graph.nodes.size());
  run.readouts.resize(graph.nodes.size());
  return run;
}

void note(const std::vector<double>& potentials, GraphRun::Readout& readout) {
  keep_largest(readout.largest, potentials);
  readout.last = potentials;
}

// Keeps the largest potentials that multimeters sample, one for each readout.
class ReadoutObserver final : public Observer {
 public:
  explicit ReadoutObserver(GraphRun& run) : run_(run) {}
  void add(std::uint32_t node) { nodes_.push_back(node); }
  void on_sample(std::uint32_t multimeter, Time, std::span<const double> values) override {
    note({values.begin(), values.end()}, run_.readouts[nodes_[multimeter]]);
  }

 private:
  GraphRun& run_;
  std::vector<std::uint32_t> nodes_;  // by multimeter
};

void print_readouts(std::ostream& out, const Node& node, const GraphRun::Readout& clocked,
                    const GraphRun::Readout& exact) {
  const auto values = [](const std::vector<double>& v) {
    std::string text;
    for (const double x : v) text += fmt::format(" {:9.6g}", x);
    return text;
  };
  fmt::print(out, "\npotentials of '{}'\n  clocked, at the end {}\n  exact, at the end   {}\n", node.name,
             values(clocked.last), values(exact.last));
  fmt::print(out, "  clocked, largest    {}\n  exact, largest      {}\n", values(clocked.largest),
             values(exact.largest));
}

}  // namespace

GraphRun run_clocked(const Graph& graph, const Options& options, const InputSpikes& spikes_in, Time end,
                     Progress* progress) {
  check_options(options);
  ClockedNetwork network(graph, options);
  SteppedInput input(spikes_in, options.dt);
  GraphRun result = empty_run(graph);
  for (std::int64_t step = 0; step * options.dt.ticks < end.ticks; ++step) {
    if (step % steps_between_looks == 0) {
      refuse_if_interrupted();
      if (progress != nullptr) progress->update(static_cast<std::uint64_t>(step * options.dt.ticks));
    }
    network.step(input.next());
    for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
      if (spikes(graph.nodes[n].kind))
        for (const std::uint32_t i : network.spiking(n)) result.spikes[n].push_back({Time{step * options.dt.ticks}, i});
      if (is_readout(graph.nodes[n])) note(network.output(n), result.readouts[n]);
    }
  }
  return result;
}

GraphRun run_exact(const Graph& graph, const Options& options, const InputSpikes& spikes_in, Time end, int threads,
                   Progress* progress) {
  Experiment experiment;
  ExactNetwork made = make_exact_network(graph, options, spikes_in);
  experiment.populations = std::move(made.populations);
  experiment.projections = std::move(made.projections);
  experiment.stimuli = std::move(made.stimuli);
  const Network network = compose(experiment).build(build_options(experiment, threads));
  Simulation simulation(network, {threads});
  GraphRun result = empty_run(graph);
  ReadoutObserver observer(result);
  std::vector<std::unique_ptr<SpikeRecorder>> recorders(graph.nodes.size());
  for (std::uint32_t n = 0; n < recorders.size(); ++n) {
    const PopulationId population{made.population_of[n]};
    if (spikes(graph.nodes[n].kind)) {
      recorders[n] = std::make_unique<SpikeRecorder>(population);
      simulation.attach(*recorders[n]);
    }
    if (!is_readout(graph.nodes[n]) || options.dt <= Delay{}) continue;
    std::vector<std::uint32_t> neurons(graph.nodes[n].size());
    std::iota(neurons.begin(), neurons.end(), 0u);
    simulation.add_multimeter(population, neurons, options.dt, Time{} + options.dt, Time::never());
    observer.add(n);
  }
  ReadoutGuard guard(experiment.populations);
  simulation.attach(guard);
  simulation.attach(observer);
  std::ostream silent(nullptr);
  Progress unseen(silent, "", static_cast<std::uint64_t>(end.ticks), {});
  simulate_in_pieces(simulation, end, progress != nullptr ? *progress : unseen, refuse_if_interrupted);
  refuse_if_interrupted();
  simulation.detach(observer);
  for (std::uint32_t n = 0; n < recorders.size(); ++n) {
    if (is_readout(graph.nodes[n])) note(simulation.values({made.population_of[n]}, "V_m"), result.readouts[n]);
    if (!recorders[n]) continue;
    simulation.detach(*recorders[n]);
    result.spikes[n] = recorders[n]->spikes();
  }
  return result;
}

std::vector<NodeComparison> compare(const Graph& graph, const GraphRun& clocked, const GraphRun& exact,
                                    Delay tolerance) {
  std::vector<NodeComparison> rows;
  for (std::uint32_t n = 0; n < graph.nodes.size(); ++n)
    if (spikes(graph.nodes[n].kind)) rows.push_back(compare_node(graph, n, clocked[n], exact[n], tolerance));
  return rows;
}

void print_comparison(std::ostream& out, const Graph& graph, const std::vector<NodeComparison>& rows,
                      const GraphRun& clocked, const GraphRun& exact, Delay tolerance) {
  fmt::print(out, "{:<20} {:>12} {:>12} {:>14}   first difference (more than {} ms)\n", "spikes of node", "clocked",
             "exact", "at one time", tolerance.ms());
  for (const NodeComparison& row : rows) {
    std::string first = "none";
    if (row.first)
      first = fmt::format("neuron {}: clocked {}, exact {}", row.first->neuron, time_text(row.first->clocked),
                          time_text(row.first->exact));
    fmt::print(out, "{:<20} {:>12} {:>12} {:>14}   {}\n", graph.nodes[row.node].name, grouped(row.clocked),
               grouped(row.exact), grouped(row.partners), first);
  }
  for (const std::uint32_t output : graph.nodes_of(NodeKind::output))
    for (const std::uint32_t n : graph.sources_of(output)) {
      if (graph.nodes[n].size() > most_listed) continue;
      if (is_readout(graph.nodes[n])) print_readouts(out, graph.nodes[n], clocked.readouts[n], exact.readouts[n]);
      if (!spikes(graph.nodes[n].kind)) continue;
      fmt::print(out, "\nspikes of each neuron of '{}'\n  clocked  {}\n  exact    {}\n", graph.nodes[n].name,
                 counts_text(clocked[n], graph.nodes[n].size()), counts_text(exact[n], graph.nodes[n].size()));
    }
}

}  // namespace synop::nir
