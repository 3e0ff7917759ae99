#pragma once

#include <iosfwd>

#include "synop/io/energy/energy_account.hpp"

namespace synop {

// The account for people: S and the published limits, the opponents, ranges by process node with their verdicts, what
// each table says and refuses, the prices that matter most, the life cycle, other tools' counts, carbon.
void print_account(std::ostream& out, const EnergyAccount& account);

// "45 nm", or "process not known".
std::string node_text(double node_nm);

}  // namespace synop
