#pragma once

#include "synop/core/network_builder.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {

// Turns what an experiment describes into the description of a network. Errors that only the models can find (values
// that contradict each other, the content of data files, names of price tables) are Error(model) with the position in
// the experiment.
// Populations, projections and drives keep the order, hence the indices, of the experiment.
// What the content of data files leaves open is added to `assumptions`, as sentences.
NetworkBuilder compose(const Experiment& experiment, std::vector<std::string>& assumptions);
NetworkBuilder compose(const Experiment& experiment);  // the same, for those who have printed them

// From where on a recorder records: as the experiment says, else from the end of the warm-up.
Time recording_start(const Experiment& experiment, const RecorderSection& recorder);

// Recorders record what there is, while the run goes on. Throws Error(model) with the position.
void check_recorders(const Experiment& experiment);

BuildOptions build_options(const Experiment& experiment, int threads);

// What an experiment leaves to the program to assume, one sentence each; printed by `check` and by every run.
std::vector<std::string> assumptions(const Experiment& experiment);

}  // namespace synop
