#include "synop/io/nir/run_clocked_experiment.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/nir/clocked_network.hpp"
#include "synop/io/nir/detail/clocked_recording.hpp"
#include "synop/io/nir/nir_experiment.hpp"
#include "synop/io/nir/read_graph.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/run/run_files.hpp"
#include "synop/io/run/run_steps.hpp"
#include "synop/io/stopwatch.hpp"

namespace synop {

namespace {

constexpr std::int64_t steps_between_looks = 64;  // at the clock, for progress and interruptions

void refuse(const SourcePosition& position, std::string_view what) {
  throw experiment_error(position, fmt::format("{}; allowed with mode = \"exact\" of [nir]", what));
}

void check_clocked_task(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  const Delay dt = experiment.nir->options.dt;
  const auto check_multiple = [&](const char* key, Delay span) {
    if (span.ticks % dt.ticks != 0)
      refuse(task.where.at(key), fmt::format("value {} ms is no multiple of dt = {} ms", span.ms(), dt.ms()));
  };
  check_multiple("presentation", task.presentation);
  check_multiple("rest", task.rest);
  if (const auto interval = task.readout_rule.interval; interval && interval->ticks % dt.ticks != 0)
    refuse(task.readout_rule.where.at("interval"),
           fmt::format("value {} ms is no multiple of dt = {} ms", interval->ms(), dt.ms()));
  if (!task.between_samples.reset_state)
    refuse(task.between_samples.where.at("reset_state"), "in time steps every sample begins at rest");
  if (!task.learned.empty()) refuse(task.where.at("learned"), "a graph in time steps holds nothing learned");
  if (!experiment.is_of_nir(experiment.populations[task.readout]))
    refuse(task.where.at("readout"), "the readout is no node of the graph");
  for (const PhaseSection& phase : task.phases)
    if (phase.plasticity || phase.homeostasis || phase.role == PhaseSection::Role::train)
      refuse(phase.where.position, "nothing is learned in time steps");
}

void add_population_results(const Experiment& experiment, const nir::Graph& graph,
                            const std::vector<std::uint64_t>& spikes, RunResult& result) {
  const double seconds = (result.stop - result.start).ms() * 1e-3;
  const auto populations = nir::clocked_populations(graph);
  for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
    if (!populations[n]) continue;
    const PopulationSection& section = experiment.populations[*populations[n]];
    PopulationResult row;
    row.name = section.name;
    row.model = fmt::format("{} (clocked)", section.model);
    row.size = section.size;
    row.counters.spikes = spikes[n];
    row.rate = seconds > 0.0 ? static_cast<double>(spikes[n]) / seconds / section.size : 0.0;
    result.populations.push_back(std::move(row));
  }
}

class Run {
 public:
  Run(const Experiment& experiment, const RunOptions& options)
      : experiment_(experiment),
        options_(options),
        graph_(nir::read_graph(experiment.nir->file)),
        network_(graph_, experiment.nir->options),
        input_(nir::input_spikes_of(*experiment.nir, graph_, end(), experiment.seed), experiment.nir->options.dt),
        populations_(nir::clocked_populations(graph_)),
        counts_(graph_.nodes.size()) {}

  RunResult run(std::ostream& err);

 private:
  Time end() const { return Time{} + experiment_.simulation.duration; }
  Time warm() const { return Time{} + experiment_.simulation.warm_up; }
  Time time_of(std::int64_t step) const { return Time{step * experiment_.nir->options.dt.ticks}; }
  void take_step(std::int64_t step, nir::detail::ClockedRecording& recording);

  const Experiment& experiment_;
  const RunOptions& options_;
  nir::Graph graph_;
  nir::ClockedNetwork network_;
  nir::SteppedInput input_;
  std::vector<std::optional<std::uint32_t>> populations_;
  std::vector<std::uint64_t> counts_;  // spikes after the warm-up, by node
  SpikeHash hash_;
  std::vector<Spike> spikes_;
};

void Run::take_step(std::int64_t step, nir::detail::ClockedRecording& recording) {
  const Time t = time_of(step);
  recording.sample(t, network_);
  const std::vector<std::vector<std::uint32_t>>& entering = input_.next();
  network_.step(entering);
  for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
    if (!populations_[n] || (graph_.nodes[n].kind != nir::NodeKind::input && !nir::spikes(graph_.nodes[n].kind)))
      continue;
    spikes_.clear();
    const bool enters = graph_.nodes[n].kind == nir::NodeKind::input;  // also several spikes of a neuron in one step
    for (const std::uint32_t neuron : enters ? std::span(entering[n]) : network_.spiking(n)) spikes_.push_back({t, neuron});
    if (spikes_.empty()) continue;
    hash_.on_spikes({*populations_[n]}, spikes_);
    if (t >= warm()) counts_[n] += spikes_.size();
    recording.add(*populations_[n], spikes_);
  }
}

RunResult Run::run(std::ostream& err) {
  RunResult result;
  result.experiment = experiment_.name;
  result.clocked = true;
  result.seed = experiment_.seed;
  result.window = experiment_.nir->options.dt;
  for (const std::string& sentence : assumptions(experiment_)) result.assumptions.push_back(sentence);
  const Overwrite overwrite = options_.overwrite ? Overwrite::yes : Overwrite::no;
  const Provenance provenance = provenance_of(experiment_, options_, warm(), end());
  refuse_if_interrupted();
  create_output_folder(options_.folder, overwrite);
  write_text_file(options_.folder / "experiment.toml", experiment_.effective_text);
  nir::detail::ClockedRecording recording(experiment_, graph_, options_.folder, provenance);
  const Stopwatch running;
  std::int64_t step = 0;
  {
    std::ostream silent(nullptr);
    Progress progress(options_.quiet ? silent : err, experiment_.name, static_cast<std::uint64_t>(end().ticks),
                      {.terminal = options_.terminal});
    for (; time_of(step) < end(); ++step) {
      if (step % steps_between_looks == 0) {
        if (interrupted_by() != 0) break;
        progress.update(static_cast<std::uint64_t>(time_of(step).ticks));
        recording.advance(time_of(step));
      }
      take_step(step, recording);
    }
    if (interrupted_by() == 0) progress.finish();
  }
  result.measured.not_measured = "synaptic events are not counted in time steps";
  result.run_seconds = running.seconds();
  result.run_cpu_seconds = running.cpu_seconds();
  result.interrupted_by = interrupted_by();
  result.start = std::min(warm(), time_of(step));
  result.stop = std::min(end(), time_of(step));
  result.peak_memory = peak_memory();
  result.spike_hash = hash_.value();
  result.spikes = hash_.count();
  add_population_results(experiment_, graph_, counts_, result);
  result.assumptions.push_back(
      fmt::format("work: {} steps, in which maps added {} weights; events and energies are not counted", step,
                  grouped(network_.synaptic_operations())));
  result.files = recording.finish(result.stop);
  result.files.emplace_back("result.json");
  write_text_file(options_.folder / "result.json", result_json(result));
  return result;
}

}  // namespace

bool is_clocked(const Experiment& experiment) {
  return experiment.nir && experiment.nir->options.mode == nir::Mode::clocked;
}

void check_clocked_experiment(const Experiment& experiment) {
  for (const PopulationSection& section : experiment.populations)
    if (!experiment.is_of_nir(section))
      refuse(section.where.position, "a population beside the graph has no time steps");
  for (const ProjectionSection& section : experiment.projections)
    refuse(section.where.position, "a projection beside the graph has no time steps");
  for (const StimulusSection& section : experiment.stimuli)
    refuse(section.where.position, "a stimulus has no time steps");
  if (experiment.task) check_clocked_task(experiment);
  if (!experiment.energy.tables.empty())
    refuse(experiment.energy.where.at("tables"), "operations are counted and priced in continuous time");
  if (!experiment.energy.spike_grids.empty())
    refuse(experiment.energy.where.at("spike_grids"), "spikes are multiples of dt already");
  if (experiment.output.statistics)
    refuse(experiment.output.where.at("statistics"), "statistics are those of a run in continuous time");
  if (experiment.simulation.delay_resolution)
    refuse(experiment.simulation.where.at("delay_resolution"), "delays are multiples of dt already");
  const Delay dt = experiment.nir->options.dt;
  for (const RecorderSection& recorder : experiment.recorders) {
    using Kind = RecorderSection::Kind;
    if (recorder.kind != Kind::spike_recorder && recorder.kind != Kind::multimeter)
      refuse(recorder.where.at("model"), "in time steps spikes and potentials can be recorded");
    const PopulationSection& source = experiment.populations[recorder.source.population];
    if (recorder.kind != Kind::multimeter) continue;
    if (source.is_source)
      refuse(recorder.where.at("source"), fmt::format("'{}' (Input) has no potential to record", source.name));
    for (const std::string& variable : recorder.recorded_values)
      if (variable != "V_m")
        refuse(recorder.where.at("record"), fmt::format("a multimeter cannot record '{}', only V_m", variable));
    for (const Delay d : {recorder.interval, recording_start(experiment, recorder) - Time{}})
      if (d.ticks % dt.ticks != 0)
        refuse(recorder.where.at("interval"),
               fmt::format("the samples do not lie on multiples of dt = {} ms", dt.ms()));
  }
}

RunResult run_clocked_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& err) {
  check_clocked_experiment(experiment);
  check_output_folder(options.folder, options.overwrite ? Overwrite::yes : Overwrite::no);
  return Run(experiment, options).run(err);
}

}  // namespace synop
