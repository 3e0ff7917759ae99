#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/experiment/source_position.hpp"
#include "synop/io/nir/options.hpp"

namespace synop {

// [nir]: a network in the Neuromorphic Intermediate Representation as part of an experiment (docs/nir.md).
struct NirSection {
  std::filesystem::path file;
  nir::Options options;
  // What enters it: one of these.
  std::filesystem::path spike_file;
  std::vector<std::vector<Time>> spike_times;
  double rate = 0.0;  // 1/s
  SourceTable where;
};

}  // namespace synop
