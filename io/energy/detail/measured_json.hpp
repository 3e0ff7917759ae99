#pragma once

#include <nlohmann/json.hpp>

#include "synop/io/energy/measured_energy.hpp"

namespace synop::detail {

// `measured` of results and energy accounts (docs/file_formats.md), and back. Reading throws nlohmann's exceptions.
nlohmann::ordered_json measured_json(const MeasuredEnergy& measured);
MeasuredEnergy read_measured(const nlohmann::ordered_json& json);

// The published table beside it.
nlohmann::ordered_json published_json();

}  // namespace synop::detail
