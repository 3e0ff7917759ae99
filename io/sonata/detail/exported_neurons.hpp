#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/io/sonata/detail/templates.hpp"

namespace synop::sonata {

// A population of neurons as SONATA files have it, in their units.
struct ExportedNeurons {
  const NeuronTemplate* what = nullptr;
  std::vector<NamedValue> shared;                                     // V_m among them
  std::vector<std::pair<std::string, std::vector<double>>> differing;  // one value for each neuron
};

// Throws Error(model) where the model has no template or a value cannot be written exactly.
ExportedNeurons exported_neurons(const Network& network, const Population& population);

}  // namespace synop::sonata
