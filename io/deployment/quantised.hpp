#pragma once

#include <array>
#include <vector>

#include "synop/io/deployment/precision.hpp"
#include "synop/io/deployment/step_network.hpp"

namespace synop {

// The numbers of a StepNetwork as a precision stores them. Integers are held as doubles, which is exact for all of
// them; of float32 the unit is 1 mV and the factors are themselves.

struct QuantisedPopulation {
  double unit = 1.0;   // mV that a state of 1 stands for
  double decay = 0.0;  // of integers in units of 2^-15 (state of 16 bits) or 2^-31 (of 32)
  std::array<double, 2> current_decay{}, current_gain{};
  std::vector<double> threshold, initial;
  double reset = 0.0;
};

struct QuantisedProjection {
  std::uint32_t shift = 0;     // a stored weight enters the state times 2^shift
  std::vector<double> weight;  // stored ones; or the one of all, in units of the state, not shifted
};

struct Quantised {
  Precision precision;
  std::vector<QuantisedPopulation> populations;
  std::vector<QuantisedProjection> projections;
};

// By the rule of docs/deployment.md.
Quantised quantise(const StepNetwork& network, Precision precision);

}  // namespace synop
