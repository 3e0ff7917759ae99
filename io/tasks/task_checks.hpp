#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synop/io/experiment/experiment.hpp"

namespace synop {

// What can be said of a task before its images are read: models, order and roles of phases, and of generated images
// their size. Throws Error(model) with the position.
void check_task(const Experiment& experiment);

// The input population has a neuron for each pixel, and the phases ask for images that are there. Throws Error(model).
void check_images(const Experiment& experiment, std::uint64_t pixels, std::uint64_t images);

// Reads an IDX data set for check_images(). Throws Error(file), Error(input), Error(model).
void check_dataset(const Experiment& experiment);

// One sentence for each stretch of test images that a train or label phase uses too.
std::vector<std::string> task_warnings(const TaskSection& task);

}  // namespace synop
