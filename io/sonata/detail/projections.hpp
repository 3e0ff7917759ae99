#pragma once

#include "synop/io/sonata/detail/circuit.hpp"
#include "synop/io/sonata/detail/edges.hpp"

namespace synop::sonata {

// Adds the edges of one population to the circuit's builder: a projection for each pair of parts that have any. The
// weight of a synapse is syn_weight times nsyns, with the sign of the synapse's dynamics_params where the target's template
// has one. Throws Error(input), naming dataset and row.
void add_projections(Circuit& circuit, const Edges& edges);

}  // namespace synop::sonata
