#include <numeric>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/sonata/config.hpp"
#include "synop/io/sonata/export_sonata.hpp"

namespace synop::detail {

namespace {

void print_left_out(const Experiment& experiment, std::ostream& out) {
  const auto say = [&](std::string_view what) { fmt::print(out, "not carried over: {}\n", what); };
  if (experiment.simulation.warm_up > Delay{}) say("warm_up; the exported simulation records from 0 ms on");
  bool slices = false, weights = false, rates = false;
  for (const RecorderSection& recorder : experiment.recorders) {
    using Kind = RecorderSection::Kind;
    if (recorder.kind == Kind::weights || recorder.kind == Kind::weight_recorder) weights = true;
    if (recorder.kind == Kind::spike_recorder) slices = true;
    if (recorder.kind == Kind::population_rate_recorder) rates = true;
  }
  if (slices) say("which neurons a spike_recorder records; a SONATA simulation records all");
  if (rates) say("population_rate_recorder; the spikes it counts are all recorded");
  if (weights) say("recorders of weights, which do not change here");
  if (!experiment.energy.tables.empty()) say("price tables");
}

}  // namespace

int export_sonata_command(const ExperimentArguments& arguments, const RunArguments& more, std::ostream& out) {
  if (is_sonata_config(arguments.file))
    throw Error(ErrorKind::usage, fmt::format("'{}' is a SONATA configuration already", arguments.file));
  const Experiment experiment = read_experiment(arguments.file, arguments.overrides, model_catalogue());
  if (experiment.task) throw Error(ErrorKind::model, "an experiment with a task cannot be exported to SONATA");
  if (!experiment.rewards.empty())
    throw experiment_error(experiment.rewards.front().where.position,
                           fmt::format("'{}' has no place in SONATA, whose synapses take no rewards", experiment.rewards.front().name));
  std::vector<std::string> assumed;
  NetworkBuilder builder = compose(experiment, assumed);
  check_recorders(experiment);
  const int threads = arguments.threads.value_or(static_cast<int>(experiment.simulation.threads));
  const Network network = builder.build(build_options(experiment, threads));
  SonataExport what{.duration = Time{} + experiment.simulation.duration, .threads = threads};
  for (const RecorderSection& recorder : experiment.recorders) {
    if (recorder.kind != RecorderSection::Kind::multimeter) continue;
    if (recorder.where.has("stop"))
      throw experiment_error(recorder.where.at("stop"), "a report in SONATA goes on until the end; allowed here: no stop");
    std::vector<std::uint32_t> neurons(recorder.source.size());
    std::iota(neurons.begin(), neurons.end(), recorder.source.first);
    what.reports.push_back({recorder.name, {recorder.source.population}, std::move(neurons),
                            recording_start(experiment, recorder), recorder.interval});
  }
  const std::vector<std::string> drawn = export_sonata(network, what, more.folder, more.overwrite ? Overwrite::yes : Overwrite::no);
  assumed.insert(assumed.end(), drawn.begin(), drawn.end());
  for (const std::string& sentence : assumed) fmt::print(out, "assumed: {}\n", sentence);
  print_left_out(experiment, out);
  fmt::print(out, "{} populations and {} projections with {} synapses in {}\nrun it with: synop run {}/simulation_config.json\n",
             network.populations().size(), network.projections().size(), grouped(network.synapse_count()), more.folder, more.folder);
  return 0;
}

}  // namespace synop::detail
