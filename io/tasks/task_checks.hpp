#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synop/io/experiment/experiment.hpp"

namespace synop {

// What can be said of a task before its samples are read: models, order and roles of phases, and of generated images
// their size. Throws Error(model) with the position.
void check_task(const Experiment& experiment);

// The input population has a neuron for each channel (of an image: pixel), and the phases ask for samples that are
// there. Throws Error(model).
void check_input(const Experiment& experiment, std::uint64_t channels, std::uint64_t samples);

// Opens the data set, and reads every sample that the phases use, for check_input(). Throws Error(file), Error(input),
// Error(model).
void check_dataset(const Experiment& experiment);

// One sentence for each stretch of test samples that a train or label phase uses too.
std::vector<std::string> task_warnings(const TaskSection& task);

}  // namespace synop
