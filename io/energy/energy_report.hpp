#pragma once

#include <iosfwd>
#include <string>

#include "synop/core/energy_comparison.hpp"

namespace synop {

// Energy accounts for people and for programs. Everything is per inference, and every joule is a modelled one.

// An aligned plain-text table: per operation what the spiking network and the ANN performed and what it costs by the
// comparison's price table, the totals or the reason why there is none, what the table does not cover, S and S*, the
// verdict.
void print_comparison(std::ostream& out, const Comparison& comparison);

// The same as one JSON object, in joules; a number that does not exist is null.
std::string comparison_json(const Comparison& comparison);

}  // namespace synop
