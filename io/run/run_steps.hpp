#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/simulation.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/run/run_result.hpp"

// What the runs of experiments and of SONATA circuits have in common.
namespace synop {

// Runs to `until` in pieces, between which progress is shown, `after_piece` is called and interruptions are noticed,
// which end it early. A piece ends at `next_stop()` at the latest.
void simulate_in_pieces(Simulation& simulation, Time until, Progress& progress, const std::function<void()>& after_piece,
                        const std::function<Time()>& next_stop = [] { return Time::never(); });

// Counts from now on.
void begin_counting(Simulation& simulation, SpikeTally& tally, RunResult& result);

// The counts of a run that a spike file carries.
std::vector<std::pair<std::string, std::uint64_t>> counts_of(const RunResult& result);

}  // namespace synop
