#pragma once

#include <limits>

#include "synop/core/archive.hpp"
#include "synop/core/neuron_model.hpp"
#include "synop/core/population_model.hpp"

namespace synop {

// A block of a population that only sends spikes. A source derives from it and fills spikes() for [begin, until).
class SourceBlock : public Block {
 public:
  explicit SourceBlock(const BlockRequest& request) : Block(request.population, request.neurons) {}

  double value(std::string_view variable, std::uint32_t, Time) override {
    throw_unknown_variable("a source of spikes", variable, {});
  }
  void set_value(std::string_view variable, std::uint32_t, double, Time) override {
    throw_unknown_variable("a source of spikes", variable, {});
  }
};

// What all populations of sources have in common.
class SourcePopulation : public PopulationModel {
 public:
  std::string_view weight_unit() const override { return ""; }
  bool accepts_input() const override { return false; }
  double shortest_time_constant() const override { return std::numeric_limits<double>::infinity(); }
  std::uint64_t bytes_per_delivery() const override { return 0; }
};

}  // namespace synop
