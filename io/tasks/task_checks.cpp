#include "synop/io/tasks/task_checks.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"

namespace synop {

namespace {

using Role = PhaseSection::Role;

std::uint64_t end_of(const PhaseSection& phase) {
  return std::uint64_t{phase.first} + phase.samples;
}

void check_phases(const TaskSection& task) {
  bool labelled = false;
  for (const PhaseSection& phase : task.phases) {
    labelled = labelled || phase.role == Role::label;
    if (phase.role != Role::test) continue;
    if (!labelled) throw experiment_error(phase.where.position, "a test needs a phase with role = \"label\" before it");
    if (phase.plasticity || phase.homeostasis)
      throw experiment_error(phase.where.position, "a test is done with plasticity and homeostasis off");
  }
}

}  // namespace

void check_task(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  const PopulationSection& input = experiment.populations[task.input];
  if (input.model != "poisson_population")
    throw experiment_error(task.where.at("input"), fmt::format("population '{}' is a {}; allowed: poisson_population",
                                                               input.name, input.model));
  const auto& normalize = task.between_samples.normalize;
  if (normalize && experiment.projections[normalize->projection].synapse == static_synapse)
    throw experiment_error(normalize->where.at("projection"), "only the weights of plastic synapses can be normalised");
  check_phases(task);
  if (task.dataset.source == DatasetSection::Source::generated)
    check_images(experiment, generate_digits(task.dataset.seed, 0, 1).pixels_per_image(),
                 std::numeric_limits<std::uint64_t>::max());
}

void check_dataset(const Experiment& experiment) {
  const DatasetSection& dataset = experiment.task->dataset;
  if (dataset.source == DatasetSection::Source::generated) return;
  const ImageSet images = read_idx_folder(dataset.path);
  check_images(experiment, images.pixels_per_image(), images.size());
}

void check_images(const Experiment& experiment, std::uint64_t pixels, std::uint64_t images) {
  const TaskSection& task = *experiment.task;
  const PopulationSection& input = experiment.populations[task.input];
  if (pixels != input.size)
    throw experiment_error(task.where.at("input"), fmt::format("population '{}' has {} neurons, an image {} pixels",
                                                               input.name, input.size, pixels));
  for (const PhaseSection& phase : task.phases)
    if (end_of(phase) > images)
      throw experiment_error(
          phase.where.at("samples"),
          fmt::format("images [{}, {}) are asked for, the data set has {}", phase.first, end_of(phase), images));
}

std::vector<std::string> task_warnings(const TaskSection& task) {
  std::vector<std::string> sentences;
  for (const PhaseSection& test : task.phases) {
    if (test.role != Role::test) continue;
    for (const PhaseSection& other : task.phases) {
      const std::uint64_t first = std::max(test.first, other.first);
      const std::uint64_t end = std::min(end_of(test), end_of(other));
      if (other.role == Role::test || first >= end) continue;
      sentences.push_back(fmt::format("test images [{}, {}) of phase '{}' were also used for {} in phase '{}'", first,
                                      end, test.name, other.role == Role::train ? "training" : "labelling",
                                      other.name));
    }
  }
  return sentences;
}

}  // namespace synop
