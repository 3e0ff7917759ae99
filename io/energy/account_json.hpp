#pragma once

#include <string>

#include "synop/io/energy/energy_account.hpp"

namespace synop {

inline constexpr int energy_schema_version = 1;

// The account as JSON of the schema synop.energy (docs/file_formats.md), in joules; what does not exist is null.
std::string account_json(const EnergyAccount& account);

}  // namespace synop
