#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// A file of nodes or of edges with the table of its types.
struct SonataFiles {
  std::filesystem::path hdf5;
  std::filesystem::path types;  // empty: there is none
  std::string key;              // of the configuration, for messages
};

// A member of inputs.
struct SonataInput {
  enum class Kind { spikes, current_clamp };
  std::string name;
  Kind kind = Kind::spikes;
  std::string node_set;        // a name, or the text of an inline set
  std::filesystem::path file;  // spikes
  bool csv = false;            // spikes
  double amplitude_pA = 0.0;   // current_clamp
  Time start, stop;            // current_clamp
  std::string where;           // "file: inputs.name", for messages
};

// A member of reports: V_m of some nodes.
struct SonataReport {
  std::string name;
  std::string cells;  // a node set: a name, or the text of an inline set
  std::string file_name;
  Time start;
  Delay interval;
  Time stop = Time::never();
  std::string where;
};

enum class SpikeOrder { by_time, by_id, none };

// What the configuration files of a SONATA simulation say, with manifest variables replaced and paths absolute.
struct SonataConfig {
  std::string name;  // of the folder the configuration lies in
  std::string file;
  std::string text;  // of the file, for provenance

  std::vector<SonataFiles> nodes;
  std::vector<SonataFiles> edges;  // those enabled
  std::map<std::string, std::filesystem::path> components;
  std::string target_simulator;

  Time duration;
  std::vector<SonataInput> inputs;
  std::vector<SonataReport> reports;
  std::filesystem::path node_sets_file;  // empty: there is none

  std::filesystem::path output_folder;  // empty: not given
  bool overwrite = false;               // the configuration asks for it
  std::string spikes_file = "spikes.h5";
  SpikeOrder order = SpikeOrder::by_time;
  std::string log_file;  // empty: none

  std::vector<std::string> assumptions;  // sentences
};

// Whether the file is a SONATA configuration rather than a TOML experiment: its name ends in .json, or its first
// character is '{', with which no TOML file begins.
bool is_sonata_config(const std::filesystem::path& path);

// Reads a simulation configuration, or a file that names a network and a simulation, with all configurations it refers to.
// No HDF5 or CSV file is opened. Throws Error(file) when the file cannot be read and Error(input), naming file and key,
// for what is wrong in it.
SonataConfig read_sonata_config(const std::filesystem::path& path);

}  // namespace synop
