#include "synop/io/tasks/task_checks.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/nir/run_clocked_experiment.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/open_input.hpp"
#include "synop/io/tasks/saccades.hpp"

namespace synop {

namespace {

using Role = PhaseSection::Role;
using Source = DatasetSection::Source;

std::uint64_t end_of(const PhaseSection& phase) {
  return std::uint64_t{phase.first} + phase.samples;
}

void check_phases(const TaskSection& task) {
  const bool is_linear = task.readout_rule.is_linear();
  bool labelled = !task.readout_rule.is_labelled() || (!task.learned.empty() && !is_linear);
  for (const PhaseSection& phase : task.phases) {
    labelled = labelled || phase.role == Role::label;
    if (phase.role != Role::test) continue;
    if (!labelled) throw experiment_error(phase.where.position, "a test needs a phase with role = \"label\" before it");
    if (phase.plasticity || phase.homeostasis)
      throw experiment_error(phase.where.position, "a test is done with plasticity and homeostasis off");
  }
}

bool is_image_set(const DatasetSection& dataset) {
  return dataset.source == Source::generated || dataset.source == Source::idx;
}

// What the encoder, or the data set, can drive.
void check_input_model(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  const PopulationSection& input = experiment.populations[task.input];
  if (is_clocked(experiment)) return;  // an Input takes all of them
  if (task.is_current()) {
    if (potential_unit(input.model).empty())
      throw experiment_error(
          task.where.at("input"),
          fmt::format("population '{}' ({}) has no membrane that a current could charge", input.name, input.model));
    return;
  }
  const std::string_view model = task.input_model();
  if (input.model != model)
    throw experiment_error(task.where.at("input"),
                           fmt::format("population '{}' is a {}; allowed: {}, for {}", input.name, input.model, model,
                                       task.dataset.is_events() ? "events" : "encoder type " + task.encoder.type));
}

void check_readout(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  const PopulationSection& readout = experiment.populations[task.readout];
  const ReadoutRuleSection& rule = task.readout_rule;
  if (!rule.is_labelled() && readout.size != task.dataset.classes)
    throw experiment_error(task.where.at("readout"),
                           fmt::format("population '{}' has {} neurons; readout rule {} needs one for each of the {} classes",
                                       readout.name, readout.size, rule.type, task.dataset.classes));
  if (rule.type == "highest_potential" && !is_clocked(experiment) && potential_unit(readout.model).empty())
    throw experiment_error(task.where.at("readout"),
                           fmt::format("population '{}' ({}) has no potential that could be compared", readout.name,
                                       readout.model));
}

}  // namespace

void check_task(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  if (is_clocked(experiment)) check_clocked_experiment(experiment);
  check_input_model(experiment);
  check_readout(experiment);
  const auto& normalize = task.between_samples.normalize;
  if (normalize && experiment.projections[normalize->projection].synapse == static_synapse)
    throw experiment_error(normalize->where.at("projection"), "only the weights of plastic synapses can be normalised");
  check_phases(task);
  if (!task.dataset.is_generated()) return;
  const ImageSet one = shown_images(experiment, generate_digits(task.dataset.seed, 0, 1));
  const bool events = task.dataset.is_events();
  check_input(experiment, events ? saccade_geometry(one).channels() : one.pixels_per_image(),
              std::numeric_limits<std::uint64_t>::max());
}

void check_dataset(const Experiment& experiment) {
  if (experiment.task->dataset.is_generated()) return;
  const std::unique_ptr<TaskInput> input = open_task_input(experiment);
  check_input(experiment, input->channels(), input->size());
  check_samples(*experiment.task, *input, 0);
}

void check_input(const Experiment& experiment, std::uint64_t channels, std::uint64_t samples) {
  const TaskSection& task = *experiment.task;
  const PopulationSection& input = experiment.populations[task.input];
  const bool images = is_image_set(task.dataset);
  if (channels != input.size)
    throw experiment_error(task.where.at("input"),
                           fmt::format("population '{}' has {} neurons, {} {} {}", input.name, input.size,
                                       task.dataset.patch ? "a patch" : images ? "an image" : "a sample", channels, images ? "pixels" : "channels"));
  for (const PhaseSection& phase : task.phases)
    if (end_of(phase) > samples)
      throw experiment_error(phase.where.at("samples"),
                             fmt::format("{} [{}, {}) are asked for, the data set has {}",
                                         images ? "images" : "samples", phase.first, end_of(phase), samples));
}

std::vector<std::string> task_warnings(const TaskSection& task) {
  std::vector<std::string> sentences;
  for (const PhaseSection& test : task.phases) {
    if (test.role != Role::test) continue;
    for (const PhaseSection& other : task.phases) {
      const std::uint64_t first = std::max(test.first, other.first);
      const std::uint64_t end = std::min(end_of(test), end_of(other));
      if (other.role == Role::test || first >= end) continue;
      sentences.push_back(fmt::format("test {} [{}, {}) of phase '{}' were also used for {} in phase '{}'",
                                      is_image_set(task.dataset) ? "images" : "samples", first, end, test.name,
                                      other.role == Role::train ? "training" : "labelling", other.name));
    }
  }
  return sentences;
}

}  // namespace synop
