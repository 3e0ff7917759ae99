#pragma once

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/tasks/dataset.hpp"
#include "synop/io/tasks/task_result.hpp"

namespace synop {

// Adds to the result of a task on `images` what conventional networks reach on the same ones, and the verdict by each of
// the experiment's price tables. Without images to learn from or a finished test nothing is added.
void compare_with_anns(const Experiment& experiment, const ImageSet& images, TaskResult& result);

}  // namespace synop
