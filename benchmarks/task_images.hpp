#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "synop/core/error.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"

namespace synop {

// The images that an experiment with a task trains on, and those of its last test phase.
struct TaskImages {
  ImageSet train, test;
};

inline TaskImages read_task_images(const std::string& file, const std::vector<std::string>& overrides) {
  const Experiment experiment = read_experiment(file, overrides, model_catalogue());
  if (!experiment.task) throw Error(ErrorKind::usage, "the experiment has no task");
  const TaskSection& task = *experiment.task;
  std::uint64_t needed = 0;
  for (const PhaseSection& phase : task.phases) needed = std::max(needed, std::uint64_t{phase.first} + phase.samples);
  const ImageSet images = task.dataset.source == DatasetSection::Source::generated
                              ? generate_digits(task.dataset.seed, 0, needed)
                              : read_idx_folder(task.dataset.path);
  TaskImages result{images.slice(0, 0), {}};
  for (const PhaseSection& phase : task.phases) {
    const ImageSet part = images.slice(phase.first, phase.samples);
    if (phase.role == PhaseSection::Role::test) result.test = part;
    if (phase.role != PhaseSection::Role::train) continue;
    result.train.pixels.insert(result.train.pixels.end(), part.pixels.begin(), part.pixels.end());
    result.train.labels.insert(result.train.labels.end(), part.labels.begin(), part.labels.end());
  }
  // Networks whose weights are given have no phase of training: their labelled images are what may be learnt from.
  for (const PhaseSection& phase : task.phases)
    if (result.train.size() == 0 && phase.role == PhaseSection::Role::label)
      result.train = images.slice(phase.first, phase.samples);
  return result;
}

}  // namespace synop
