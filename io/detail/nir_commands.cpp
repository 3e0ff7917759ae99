#include <filesystem>
#include <ostream>
#include <set>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/nir/compare.hpp"
#include "synop/io/nir/exact_limits.hpp"
#include "synop/io/nir/export_network.hpp"
#include "synop/io/nir/nir_experiment.hpp"
#include "synop/io/nir/print_graph.hpp"
#include "synop/io/nir/read_graph.hpp"
#include "synop/io/nir/write_graph.hpp"
#include "synop/io/sonata/config.hpp"

namespace synop::detail {

namespace {

nir::InputSpikes input_of(const nir::Graph& graph, const NirArguments& arguments, Time end) {
  const bool file = !arguments.input.empty();
  if (file == arguments.rate.has_value())
    throw Error(ErrorKind::usage, "--compare needs either --input with a file of spikes or --rate");
  if (file) return nir::read_input_spikes(graph, arguments.input);
  return nir::poisson_input_spikes(graph, *arguments.rate, end, arguments.seed);
}

void compare_modes(const nir::Graph& graph, const NirArguments& arguments, bool terminal, std::ostream& out, std::ostream& err) {
  if (!arguments.duration_ms) throw Error(ErrorKind::usage, "--compare needs --duration, in ms");
  const Time end = Time::from_ms(*arguments.duration_ms);
  const nir::InputSpikes spikes = input_of(graph, arguments, end);
  nir::Options clocked = arguments.options, exact = arguments.options;
  clocked.mode = nir::Mode::clocked;
  exact.mode = nir::Mode::exact;
  if (!nir::can_subtract(graph))
    exact.reset = nir::Reset::to_value;  // which is then part of what is compared, and printed
  nir::check_options(clocked);
  nir::refuse_obstacles(graph, exact);
  const auto run_with_progress = [&](const char* name, auto run) {
    Progress progress(err, name, static_cast<std::uint64_t>(end.ticks), {.terminal = terminal});
    return run(&progress);
  };
  const nir::GraphRun in_steps = run_with_progress(
      "clocked", [&](Progress* progress) { return nir::run_clocked(graph, clocked, spikes, end, progress); });
  const nir::GraphRun in_time = run_with_progress("exact", [&](Progress* progress) {
    return nir::run_exact(graph, exact, spikes, end, arguments.threads, progress);
  });
  fmt::print(out, "\n{} input spikes in {} ms\n", nir::count_of(spikes), end.ms());
  for (const auto& [name, options] : {std::pair{"clocked", &clocked}, std::pair{"exact", &exact}})
    for (const std::string& sentence : sentences_of(*options)) fmt::print(out, "{}: {}\n", name, sentence);
  fmt::print(out, "\n");
  print_comparison(out, graph, compare(graph, in_steps, in_time, clocked.dt), in_steps, in_time, clocked.dt);
}

}  // namespace

int import_nir_command(const NirArguments& arguments, bool terminal, std::ostream& out, std::ostream& err) {
  const nir::Graph graph = nir::read_graph(arguments.file);
  if (!arguments.experiment.empty()) {
    nir::write_experiment(graph, arguments.options, {arguments.input, arguments.rate, arguments.duration_ms},
                          arguments.experiment, arguments.overwrite);
    if (!arguments.json) fmt::print(out, "wrote {}\n", arguments.experiment);
  }
  if (arguments.json)
    out << nir::graph_json(graph, arguments.options);
  else
    nir::print_graph(out, graph, arguments.options);
  if (arguments.compare) compare_modes(graph, arguments, terminal, out, err);
  return 0;
}

int export_nir_command(const ExperimentArguments& arguments, const std::string& file, bool overwrite,
                       std::ostream& out) {
  if (is_sonata_config(arguments.file))
    throw Error(
        ErrorKind::usage,
        fmt::format("'{}' is a SONATA configuration; a TOML experiment can be exported to NIR", arguments.file));
  if (!overwrite && std::filesystem::exists(file))
    throw Error(ErrorKind::file, fmt::format("'{}' exists already; --overwrite replaces it", file));
  const Experiment experiment = read_experiment(arguments.file, arguments.overrides, model_catalogue());
  if (experiment.task) throw Error(ErrorKind::model, "an experiment with a task cannot be exported to NIR");
  NetworkBuilder builder = compose(experiment);
  check_recorders(experiment);
  const Network network = builder.build(
      build_options(experiment, arguments.threads.value_or(static_cast<int>(experiment.simulation.threads))));
  std::set<std::uint32_t> outputs;
  for (const RecorderSection& recorder : experiment.recorders)
    if (recorder.kind == RecorderSection::Kind::spike_recorder &&
        !experiment.populations[recorder.source.population].is_source)
      outputs.insert(recorder.source.population);
  const nir::Graph graph = nir::export_network(network, outputs);
  nir::write_graph(graph, file);
  for (const std::string& sentence : nir::left_out(network)) fmt::print(out, "not carried over: {}\n", sentence);
  fmt::print(out,
             "{} nodes and {} edges in {}\na spike is an impulse of the area 1 s (spike = \"delta\"); look at it with: "
             "synop import nir {}\n",
             graph.nodes.size(), graph.edges.size(), file, file);
  return 0;
}

}  // namespace synop::detail
