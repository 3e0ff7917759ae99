#pragma once

#include <span>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir::detail {

// What the datasets of a node hold.
enum class Content {
  shape,     // whole numbers, one for each dimension
  each,      // a number for each neuron, or one for all
  weights,   // numbers in as many dimensions as `rank` says
  integers,  // at most `rank` whole numbers, of which one stands for all
  padding    // the same, or "same" or "valid"
};

struct DatasetRule {
  std::string_view name;
  Content content;
  Range range = any_value;
  std::size_t rank = 0;
  bool required = true;
};

// The datasets of a kind of node beside `type`, in the order in which they are documented.
std::span<const DatasetRule> datasets_of(NodeKind kind);

}  // namespace synop::nir::detail
