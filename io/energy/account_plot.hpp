#pragma once

#include <string>

#include "synop/io/energy/energy_account.hpp"

namespace synop {

// An SVG of the ratios spiking / other on a logarithmic axis: one line per opponent and process node, from the smallest
// to the largest ratio over its tables, for every way to charge memory. Empty when there is no ratio.
std::string account_svg(const EnergyAccount& account);

}  // namespace synop
