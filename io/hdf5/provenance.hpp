#pragma once

#include <cstdint>
#include <string>

#include "synop/core/time.hpp"

namespace synop {

// Where results come from; written as attributes of the root of every result file. The writer adds the moment of
// creation. A run covers [start, stop): analysis needs both, or silence at either end is lost.
struct Provenance {
  std::string experiment_text;
  std::string command_line;
  std::string version;  // of the program
  std::uint64_t seed = 0;
  Time start;
  Time stop;
};

}  // namespace synop
