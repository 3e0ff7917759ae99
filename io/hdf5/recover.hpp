#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// What a file of ours holds that a killed run, or a full disk, left incomplete.
struct Recovered {
  bool complete = false;  // it was whole; only its name was not
  Time start;             // what was recorded is whole in [start, until)
  Time until;
  Time planned_stop;
  std::vector<std::pair<std::string, std::uint64_t>> rows;  // committed: spikes of "/spikes/exc", rows of "/report/exc"
};

// Makes a normal file `target` of what was committed in `source`: a .part file with its journal, or a complete one. In
// the new file t_stop is where the recording is whole to, and `complete` stays 0 with `recovered` = 1 unless it was
// complete. `source` stays as it is. Throws Error(file) if one cannot be read or written, or `target` exists already,
// Error(input) if `source` is no result file of ours.
Recovered recover_file(const std::filesystem::path& source, const std::filesystem::path& target);

// spikes.h5.part becomes spikes.recovered.h5.
std::filesystem::path recovered_path(const std::filesystem::path& source);

}  // namespace synop
