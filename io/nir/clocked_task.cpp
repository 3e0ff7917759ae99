#include "synop/io/nir/clocked_task.hpp"

#include <algorithm>
#include <ostream>

#include "synop/io/experiment/compose.hpp"
#include "synop/io/nir/nir_experiment.hpp"
#include "synop/io/nir/read_graph.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/statistics/keep_largest.hpp"
#include "synop/io/stopwatch.hpp"

namespace synop::nir {

namespace {

// The population that the samples drive, alone, under the number that it has in the experiment: its random numbers depend
// on that, and are those of the graph in continuous time.
Network make_source(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  Experiment sources;
  sources.file_name = experiment.file_name;
  sources.seed = experiment.seed;
  sources.task = experiment.task;
  for (std::uint32_t p = 0; p <= task.input; ++p) {
    PopulationSection section;
    section.name = experiment.populations[p].name;
    const bool driven = p == task.input && !task.is_current();
    section.model = driven ? task.input_model() : "spike_generator";
    section.is_source = true;
    section.size = driven ? experiment.populations[p].size : 1;
    if (!driven) section.spike_times.resize(1);
    section.where = experiment.populations[p].where;
    sources.populations.push_back(std::move(section));
  }
  return compose(sources).build(build_options(sources, 1));
}

std::uint32_t node_of(const Graph& graph, std::uint32_t population) {
  const auto populations = clocked_populations(graph);
  const auto at = std::find(populations.begin(), populations.end(), std::optional(population));
  return static_cast<std::uint32_t>(at - populations.begin());
}

}  // namespace

ClockedPresenter::ClockedPresenter(const Experiment& experiment, const Graph& graph, const Network& source,
                                   const TaskInput& input)
    : RepeatingPresenter(experiment),
      input_(input),
      dt_(experiment.nir->options.dt),
      input_node_(node_of(graph, task().input)),
      readout_node_(node_of(graph, task().readout)),
      source_(source, {.threads = 1}),
      network_(graph, experiment.nir->options),
      now_(graph.nodes.size()) {
  source_.attach(*this);
}

void ClockedPresenter::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  if (population.index == task().input) entering_.insert(entering_.end(), spikes.begin(), spikes.end());
}

void ClockedPresenter::present_once(const Showing& showing, Response& response) {
  const Delay before = span_of(response);
  begin_input(showing, response);
  const bool looks = task().readout_rule.type == "highest_potential";
  const std::int64_t presented = task().presentation.ticks / dt_.ticks, all = presented + task().rest.ticks / dt_.ticks;
  const std::int64_t interval = task().readout_rule.interval.value_or(task().presentation).ticks / dt_.ticks;
  for (std::int64_t step = 0; step < all; ++step) {
    if (step == presented) network_.hold_input(input_node_, {});
    take_step(step, before, response);
    if (looks && step < presented && (step + 1) % interval == 0) keep_largest(response.potentials, network_.potentials(readout_node_));
  }
}

void ClockedPresenter::begin_input(const Showing& showing, Response& response) {
  network_.restart();
  entering_.clear();
  taken_ = 0;
  if (std::vector<double> currents = input_.currents(showing); !currents.empty())
    return network_.hold_input(input_node_, std::move(currents));
  source_.restart(showing.trial);
  response.events_left_out = input_.begin(source_, {task().input}, showing);
  source_.run(task().presentation);
  std::sort(entering_.begin(), entering_.end());
}

void ClockedPresenter::take_step(std::int64_t step, Delay before, Response& response) {
  std::vector<std::uint32_t>& spiking = now_[input_node_];
  spiking.clear();
  for (const Time end{(step + 1) * dt_.ticks}; taken_ < entering_.size() && entering_[taken_].time < end; ++taken_)
    spiking.push_back(entering_[taken_].neuron);
  std::sort(spiking.begin(), spiking.end());
  network_.step(now_);
  for (const std::uint32_t neuron : network_.spiking(readout_node_)) {
    ++response.counts[neuron];
    response.spikes.push_back({Time{step * dt_.ticks} + before, neuron});
  }
}

ClockedPhases::ClockedPhases(const Experiment& experiment, const TaskInput& input, const RunOptions& options,
                             int threads, std::ostream& err, TaskRecord& record)
    : experiment_(experiment),
      input_(input),
      options_(options),
      err_(err),
      record_(record),
      graph_(read_graph(experiment.nir->file)),
      source_(make_source(experiment)) {
  for (int i = 0; i < threads; ++i)
    presenters_.push_back(std::make_unique<ClockedPresenter>(experiment, graph_, source_, input));
}

PhaseResult ClockedPhases::run(std::uint32_t index, std::uint32_t, const PhaseResult&, const AfterSample&) {
  const TaskSection& task = *experiment_.task;
  const PhaseSection& phase = task.phases[index];
  PhaseResult result = record_.begin(phase);
  const Stopwatch watch;
  std::ostream silent(nullptr);
  Progress progress(options_.quiet ? silent : err_, phase.name, phase.samples, {.terminal = options_.terminal});
  std::vector<SamplePresenter*> presenters;
  std::uint64_t before = 0, after = 0;
  for (const auto& presenter : presenters_) {
    presenters.push_back(presenter.get());
    before += presenter->synaptic_operations();
  }
  present_on_threads(presenters, phase.first, phase.samples, first_number(index),
                     [&](std::uint64_t sample, const Response& response) {
                       record_.take(phase, static_cast<int>(input_.label(sample)), response, result);
                       progress.update(result.samples);
                     });
  for (const auto& presenter : presenters_) after += presenter->synaptic_operations();
  record_.end(phase, result);
  result.operations[Operation::synaptic_add] = after - before;
  result.seconds = watch.seconds();
  return result;
}

}  // namespace synop::nir
