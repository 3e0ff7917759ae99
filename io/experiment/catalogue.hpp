#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synop/core/parameters.hpp"

namespace synop {

enum class ModelKind {
  neuron,
  source,    // a population that only sends: poisson_population, spike_generator
  stimulus,  // drives a population: poisson_generator, dc_generator
  synapse,
  reward,    // what gives rewards to projections: volume_transmitter, reward_generator
  recorder,
  connection_rule
};

std::string_view kind_name(ModelKind kind);  // "neuron model", "spike source", ...

// What an experiment file is checked against: the name of a model and its parameters.
struct ModelEntry {
  std::string name;
  ModelKind kind = ModelKind::neuron;
  std::string weight_unit = {};  // of incoming weights, neurons only: "mV", "pA", "nS", or "" for a pure number
  std::string doc = {};
  std::string source = {};  // the paper or the standard that defines the model
  std::vector<ParameterDefault> parameters = {};
  std::vector<ParameterInfo> lists = {};  // parameters that are arrays of quantities

  // Whether a stimulus injects a current, and so has no weight and no delay: something of it is in pA.
  bool injects_current() const;
};

// Every model that an experiment can name. Whoever composes networks fills it, so that reading experiment files needs
// to know no concrete model.
struct Catalogue {
  std::vector<ModelEntry> models;

  const ModelEntry* find(ModelKind kind, std::string_view name) const;  // nullptr when there is none
  std::vector<std::string_view> names(ModelKind kind) const;
};

}  // namespace synop
