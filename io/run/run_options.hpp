#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "synop/io/energy/power_meter.hpp"

namespace synop {

// What the command line says about a run, beside the experiment.
struct RunOptions {
  std::filesystem::path folder;    // of the results
  bool overwrite = false;
  bool resume = false;             // goes on from the checkpoint in the folder
  std::optional<int> threads;      // instead of the experiment's
  bool json = false;               // print result.json instead of tables
  bool quiet = false;              // no progress
  bool terminal = false;           // progress is drawn on a terminal
  std::string command_line;        // for provenance
  bool statistics = false;         // of a SONATA simulation, whose files cannot ask for them
  std::filesystem::path powercap = powercap_folder;  // where the machine's power counters are
};

}  // namespace synop
