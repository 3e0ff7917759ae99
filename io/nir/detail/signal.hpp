#pragma once

#include <cstdint>
#include <vector>

namespace synop::nir::detail {

// What a node gives in one time step: one value for each neuron. Where most are 0, as with spikes, those that are not
// are listed, so that work is proportional to them.
struct Signal {
  std::vector<double> values;
  bool sparse = false;
  std::vector<std::uint32_t> active;  // of a sparse signal: where values may differ from 0, ascending

  explicit Signal(std::uint64_t size = 0, bool is_sparse = false) : values(size, 0.0), sparse(is_sparse) {}

  void clear() {
    for (const std::uint32_t i : active) values[i] = 0.0;
    active.clear();
  }
  void add(std::uint32_t i, double value) {  // to a sparse signal, in ascending order of i
    if (active.empty() || active.back() != i) active.push_back(i);
    values[i] += value;
  }
  // Calls visit(i, value) for every value that is not 0.
  template <class Visit>
  void for_each(Visit visit) const {
    if (sparse) {
      for (const std::uint32_t i : active) visit(i, values[i]);
      return;
    }
    for (std::uint32_t i = 0; i < values.size(); ++i)
      if (values[i] != 0.0) visit(i, values[i]);
  }
};

}  // namespace synop::nir::detail
