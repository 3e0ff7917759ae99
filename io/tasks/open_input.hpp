#pragma once

#include <memory>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/tasks/task_input.hpp"

namespace synop {

// The samples that an experiment's task is about, encoded as it says; of generated images as many as its phases ask
// for. Throws Error(file) if a file cannot be read and Error(input) if its content is wrong. Files with one sample each
// are read when the sample is shown.
std::unique_ptr<TaskInput> open_task_input(const Experiment& experiment);

// What the task shows of images: them as they are, or a patch of each. Throws Error(input) if a patch is larger.
ImageSet shown_images(const Experiment& experiment, ImageSet images);

// Throws, of the first sample that the phases of the task use and that cannot be read, what reading it throws.
void check_samples(const TaskSection& task, const TaskInput& input, int threads);

}  // namespace synop
