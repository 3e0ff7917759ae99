#pragma once

#include "synop/core/network_builder.hpp"
#include "synop/io/experiment/network_sections.hpp"

namespace synop::detail {

// Adds the stimulus that a section describes. Throws Error(model) on parameters that contradict each other.
void add_stimulus(const StimulusSection& section, const Neurons& targets, NetworkBuilder& builder);

}  // namespace synop::detail
