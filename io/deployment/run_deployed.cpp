#include "synop/io/deployment/run_deployed.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <omp.h>

#include "synop/core/error.hpp"
#include "synop/io/deployment/detail/deployed_run.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/tasks/detail/first_failure.hpp"
#include "synop/io/tasks/open_input.hpp"
#include "synop/io/tasks/presenter.hpp"
#include "synop/io/tasks/readout.hpp"
#include "synop/io/tasks/task_checks.hpp"
#include "synop/io/tasks/task_phases.hpp"

namespace synop {

namespace {

constexpr std::int64_t samples_at_a_time = 64;  // between which interruptions are noticed
constexpr Precision as_float{WeightType::float32, StateType::float32};

// The spikes of every population.
class AllSpikes final : public Observer {
 public:
  explicit AllSpikes(std::size_t populations) : of_(populations) {}
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override {
    auto& mine = of_[population.index];
    mine.insert(mine.end(), spikes.begin(), spikes.end());
  }
  const std::vector<std::vector<Spike>>& of() const { return of_; }

 private:
  std::vector<std::vector<Spike>> of_;
};

// Of those in [start, stop]: a deployed spike at the end of the last step is of before it.
std::vector<Spike> between(const std::vector<Spike>& spikes, Time start, Time stop) {
  std::vector<Spike> some;
  for (const Spike& spike : spikes)
    if (spike.time >= start && spike.time <= stop) some.push_back(spike);
  return some;
}

struct Trains {
  const std::vector<Spike>& exact;
  const std::vector<Spike>& clocked;
  const std::vector<Spike>& deployed;
};

void add(const Trains& trains, Delay window, Delay span, DeployedPopulation& p) {
  p.exact += trains.exact.size();
  p.clocked += trains.clocked.size();
  p.deployed += trains.deployed.size();
  p.seconds += span.ms() * 1e-3;
  p.exact_deployed += coincidence(trains.exact, trains.deployed, p.neurons, window, span);
  p.exact_clocked += coincidence(trains.exact, trains.clocked, p.neurons, window, span);
  p.clocked_deployed += coincidence(trains.clocked, trains.deployed, p.neurons, window, span);
}

struct Images {
  Quantised quantised;
  Buffer deployed;
  Buffer clocked;
};

Images images_of(const StepNetwork& steps, Precision precision) {
  Quantised quantised = quantise(steps, precision);
  Buffer deployed = make_image(steps, quantised);
  return {std::move(quantised), std::move(deployed), make_image(steps, quantise(steps, as_float))};
}

DeployedPopulation row_of(const StepPopulation& population, double unit) {
  return {.name = population.name,
          .neurons = population.size,
          .unit_mv = unit,
          .exact_deployed = {},
          .exact_clocked = {},
          .clocked_deployed = {}};
}

// Without a task: one run of the experiment.
void run_whole(const Deployable& deployable, const StepNetwork& steps, const Images& images,
               const DeploymentOptions& options, DeploymentResult& result) {
  const SimulationSection& section = deployable.experiment().simulation;
  Simulation simulation(deployable.network(), {.threads = options.threads});
  AllSpikes exact(steps.populations.size());
  simulation.attach(exact);
  while (simulation.now() < Time{} + section.duration && interrupted_by() == 0)
    simulation.run_until(std::min(Time{} + section.duration, simulation.now() + Delay{100 * ticks_per_ms}));
  const Delay span = simulation.now() - Time{};
  std::vector<std::vector<Spike>> given = exact.of();
  for (std::size_t i = 0; i < given.size(); ++i)
    if (!steps.populations[i].source) given[i].clear();
  DeployedRun deployed(images.deployed.bytes(), steps.step), clocked(images.clocked.bytes(), steps.step);
  deployed.run(given, span);
  clocked.run(given, span);
  const Time start = std::min(Time{} + section.warm_up, simulation.now());
  const Time stop = Time{} + step_of(simulation.now(), steps.step) * steps.step;
  for (std::uint32_t i = 0; i < steps.populations.size(); ++i) {
    if (steps.populations[i].source) continue;
    DeployedPopulation row = row_of(steps.populations[i], images.quantised.populations[i].unit);
    add({between(exact.of()[i], start, stop), between(clocked.spikes(i), start, stop),
         between(deployed.spikes(i), start, stop)},
        options.window, simulation.now() - start, row);
    result.populations.push_back(std::move(row));
  }
  result.steps = deployed.network().steps();
  result.saturations = deployed.network().saturations();
}

std::uint32_t last_test(const TaskSection& task) {
  for (std::uint32_t i = static_cast<std::uint32_t>(task.phases.size()); i > 0; --i)
    if (task.phases[i - 1].role == PhaseSection::Role::test) return i - 1;
  throw Error(ErrorKind::model, "the task has no phase with role = \"test\": there is nothing to deploy it for");
}

MaxMeanRateReadout readout_of(const Deployable& deployable) {
  const Experiment& experiment = deployable.experiment();
  const TaskSection& task = *experiment.task;
  MaxMeanRateReadout readout(experiment.populations[task.readout].size, task.dataset.classes);
  if (task.readout_rule.type == "highest_potential" || task.readout_rule.is_linear())
    throw Error(ErrorKind::model, fmt::format("readout rule {} is not deployed; allowed: max_mean_rate, most_spikes",
                                              task.readout_rule.type));
  if (!task.readout_rule.is_labelled()) {
    readout.assign_each_its_own();
    return readout;
  }
  if (deployable.learned().classes.empty())
    throw Error(ErrorKind::input,
                fmt::format("'{}' holds no classes of the readout: run the task with a label phase first",
                            task.learned.string()));
  readout.assign(deployable.learned().classes);
  return readout;
}

// Presents samples to the three networks; one for each thread.
class Worker {
 public:
  Worker(const Deployable& deployable, const TaskInput& input, const StepNetwork& steps, const Images& images)
      : task_(*deployable.experiment().task),
        presenter_(deployable.experiment(), deployable.network(), input),
        deployed_(images.deployed.bytes(), steps.step),
        clocked_(images.clocked.bytes(), steps.step) {
    set_learned_state(presenter_.simulation(), deployable.learned());
    presenter_.simulation().freeze_plasticity(true);
    presenter_.simulation().freeze_adaptation(true);
    presenter_.always_restart();
    presenter_.keep_input();
  }

  struct Answers {
    int exact = -1, clocked = -1, deployed = -1;
    std::uint64_t saturations = 0, steps = 0;
    DeployedPopulation readout;  // of this sample
  };

  Answers show(std::uint64_t sample, std::uint64_t number, const MaxMeanRateReadout& readout, Delay window,
               const DeployedPopulation& empty) {
    Response response = presenter_.present(sample, number);
    const Delay span = task_.presentation + task_.rest;
    std::vector<std::vector<Spike>> given(presenter_.simulation().network().populations().size());
    given[task_.input] = std::move(response.input);
    deployed_.run(given, span);
    clocked_.run(given, span);
    std::vector<Spike> exact;  // of the last presentation
    const Time begin = Time{} + span * (response.presentations - std::int64_t{1});
    for (const Spike& spike : response.spikes)
      if (spike.time >= begin) exact.push_back({Time{} + (spike.time - begin), spike.neuron});
    Answers answers{readout.classify(response.counts),   readout.classify(counts(clocked_)),
                    readout.classify(counts(deployed_)), deployed_.network().saturations(),
                    deployed_.network().steps(),         empty};
    add({exact, clocked_.spikes(task_.readout), deployed_.spikes(task_.readout)}, window, span, answers.readout);
    return answers;
  }

 private:
  std::vector<std::uint32_t> counts(const DeployedRun& run) const {
    std::vector<std::uint32_t> result(presenter_.simulation().network().populations()[task_.readout].size);
    for (const Spike& spike : run.spikes(task_.readout)) ++result[spike.neuron];
    return result;
  }

  const TaskSection& task_;
  Presenter presenter_;
  DeployedRun deployed_, clocked_;
};

void add(const Worker::Answers& answers, int label, DeploymentResult& result) {
  DeployedTask& task = *result.task;
  ++task.samples;
  task.exact_right += answers.exact == label ? 1 : 0;
  task.clocked_right += answers.clocked == label ? 1 : 0;
  task.deployed_right += answers.deployed == label ? 1 : 0;
  task.deployed_silent += answers.deployed < 0 ? 1 : 0;
  task.same_answer += answers.deployed == answers.exact ? 1 : 0;
  result.saturations += answers.saturations;
  result.steps += answers.steps;
  DeployedPopulation& all = result.populations.front();
  all.exact += answers.readout.exact;
  all.clocked += answers.readout.clocked;
  all.deployed += answers.readout.deployed;
  all.seconds += answers.readout.seconds;
  all.exact_deployed += answers.readout.exact_deployed;
  all.exact_clocked += answers.readout.exact_clocked;
  all.clocked_deployed += answers.readout.clocked_deployed;
}

void run_test(const Deployable& deployable, const StepNetwork& steps, const Images& images,
              const DeploymentOptions& options, DeploymentResult& result) {
  const Experiment& experiment = deployable.experiment();
  const TaskSection& task = *experiment.task;
  if (task.learned.empty())
    throw Error(ErrorKind::model,
                fmt::format("'{}' is a task that has learned nothing yet: give the folder of its results, or "
                            "set task.learned",
                            experiment.file_name));
  const std::uint32_t index = last_test(task);
  const PhaseSection& phase = task.phases[index];
  const std::uint64_t samples = options.samples.value_or(phase.samples);
  if (samples > phase.samples)
    throw Error(ErrorKind::usage, fmt::format("--samples {} is above the {} samples of the phase '{}'", samples,
                                              phase.samples, phase.name));
  const MaxMeanRateReadout readout = readout_of(deployable);
  const std::unique_ptr<TaskInput> input = open_task_input(experiment);
  check_input(experiment, input->channels(), input->size());
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < options.threads; ++i)
    workers.push_back(std::make_unique<Worker>(deployable, *input, steps, images));
  const DeployedPopulation empty =
      row_of(steps.populations[task.readout], images.quantised.populations[task.readout].unit);
  result.populations = {empty};
  result.task = DeployedTask{.phase = phase.name};
  std::vector<Worker::Answers> answers(samples_at_a_time);
  for (std::uint64_t done = 0; done < samples && interrupted_by() == 0; done += samples_at_a_time) {
    const auto count = static_cast<std::int64_t>(std::min<std::uint64_t>(samples_at_a_time, samples - done));
    FirstFailure failure;
#pragma omp parallel for schedule(dynamic, 1) num_threads(options.threads)
    for (std::int64_t i = 0; i < count; ++i)
      failure.guard(i, [&] {
        const std::uint64_t sample = phase.first + done + static_cast<std::uint64_t>(i);
        Worker& worker = *workers[static_cast<std::size_t>(omp_get_thread_num())];
        answers[static_cast<std::size_t>(i)] =
            worker.show(sample, first_number(index) + sample, readout, options.window, empty);
      });
    failure.rethrow();
    for (std::int64_t i = 0; i < count; ++i)
      add(answers[static_cast<std::size_t>(i)],
          static_cast<int>(input->label(phase.first + done + static_cast<std::uint64_t>(i))), result);
  }
}

}  // namespace

DeploymentResult run_deployed(const Deployable& deployable, const DeploymentOptions& options) {
  const Stopwatch watch;
  const StepNetwork steps = deployable.steps(options.step);
  const Images images = images_of(steps, options.precision);
  DeploymentResult result{.experiment = deployable.experiment().name,
                          .precision = options.precision,
                          .step = options.step,
                          .window = options.window,
                          .footprint = footprint(steps, options.precision),
                          .populations = {},
                          .task = {}};
  if (deployable.experiment().task)
    run_test(deployable, steps, images, options, result);
  else
    run_whole(deployable, steps, images, options, result);
  result.interrupted_by = interrupted_by();
  result.seconds = watch.seconds();
  return result;
}

}  // namespace synop
