#pragma once

#include <string>

#include "synop/io/run/run_result.hpp"

namespace synop {

inline constexpr int result_schema_version = 1;

// result.json (docs/file_formats.md). Times in seconds or ms as the keys say, energies in joules and modelled.
std::string result_json(const RunResult& result);

// The energy estimate of one price table as a JSON object.
std::string energy_json(const EnergyEstimate& estimate);

}  // namespace synop
