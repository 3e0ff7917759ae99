#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "synop/io/deployment/deployment_result.hpp"

namespace synop {

inline constexpr int deployment_schema_version = 1;

// A footprint against a budget: one line for each term, sums, and `refusals` (those of refusal()), or that it fits.
void print_footprint(std::ostream& out, const std::string& experiment, const Footprint& footprint, const Budget& budget,
                     const std::vector<std::string>& refusals);
// The same as JSON of schema synop.footprint (docs/file_formats.md), with the sizes in every precision.
std::string footprint_json(const std::string& experiment, const StepNetwork& network, const Footprint& footprint,
                           const Budget& budget, const std::vector<std::string>& refusals);

// What a deployed network kept, against the exact one and against itself in float32.
void print_deployment(std::ostream& out, const DeploymentResult& result);
// The same as JSON of schema synop.deployment.
std::string deployment_json(const DeploymentResult& result);

}  // namespace synop
