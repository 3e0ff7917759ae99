#pragma once

#include "synop/core/ledger.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/run/spike_tally.hpp"

namespace synop {

// What a simulation did since its counters were last reset, as a ledger of the tally's inferences. The tally must have
// been attached and reset at the same moment. `simulated` and in_flight_before are the caller's to fill in: a
// simulation does not know them.
Ledger ledger_of(const Simulation& simulation, const SpikeTally& tally);

}  // namespace synop
