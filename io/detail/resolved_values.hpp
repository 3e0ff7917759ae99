#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synop/io/experiment/experiment.hpp"

namespace synop::detail {

// One parameter of a model as a run would use it.
struct ResolvedValue {
  std::string_view name;
  std::string_view unit;
  double value = 0.0;
  bool given = false;  // by the experiment; otherwise it is the model's default
  std::string drawn = {};  // what the values of the neurons are drawn from, if they differ
};

// Every parameter of a model: those given, and the defaults of the others.
std::vector<ResolvedValue> resolved_values(ModelKind kind, std::string_view model, std::span<const NamedValue> given,
                                           std::span<const VariedParameter> varied = {});

std::string text_of(std::span<const ResolvedValue> values);  // "tau_m = 20 ms, t_ref = 2 ms (default)"
std::string text_of(const Distribution& distribution, std::string_view unit);     // "uniform [1, 2) ms"
std::string text_of(const DistanceFunction& function, std::string_view unit);     // "linear of distance, ..."
std::string text_of(const PositionsSection& positions);                           // "a grid of 40 x 40, ..."
std::string text_of(const ConnectionRuleSection& rule);                           // "fixed_indegree, indegree = 100"
std::string text_of(const RewardSection& reward, const Experiment& experiment);   // "volume_transmitter, every spike of ..."
std::string text_of(const PopulationSlice& slice, const Experiment& experiment);  // "exc", "exc[0:100]"

}  // namespace synop::detail
