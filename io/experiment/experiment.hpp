#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/experiment/catalogue.hpp"
#include "synop/io/experiment/network_sections.hpp"
#include "synop/io/experiment/source_position.hpp"
#include "synop/io/experiment/task_section.hpp"
#include "synop/io/nir/nir_section.hpp"

namespace synop {

// [simulation]: the run is [0, duration); recorders and counts leave out [0, warm_up).
struct SimulationSection {
  Delay duration;  // 0 with a task, whose phases say how long the run is
  Delay warm_up;
  std::uint32_t threads = 1;              // 0: all cores
  std::optional<Delay> delay_resolution;  // drawn delays are rounded to its multiples
  SourceTable where;
};

// [output]
struct OutputSection {
  bool spikes = true;
  bool csv = false;
  bool plots = true;
  bool statistics = false;
  Delay commit_interval{1000 * ticks_per_ms};  // by the clock on the wall
  Delay checkpoint_interval{30'000 * ticks_per_ms};  // the same; of a task that learns
  SourceTable where;
};

// [energy]
struct EnergySection {
  std::vector<std::string> tables;  // names of price tables, not checked here
  std::vector<Delay> spike_grids;   // to which spikes are rounded in further tests of a task; each longer than 0
  SourceTable where;
};

// An experiment as its file says it, checked, with defaults filled in and every name resolved to an index.
struct Experiment {
  std::string name;  // default: the stem of the file's name
  std::uint64_t seed = 1;
  std::string description;
  SimulationSection simulation;
  std::vector<PopulationSection> populations;
  std::vector<ProjectionSection> projections;
  std::vector<StimulusSection> stimuli;
  std::vector<RewardSection> rewards;
  std::vector<RecorderSection> recorders;
  OutputSection output;
  EnergySection energy;
  std::optional<TaskSection> task;
  std::optional<NirSection> nir;  // what it adds comes first in the lists above
  SourceTable where;

  bool is_of_nir(const PopulationSection& population) const {
    return nir && population.where.position.key == nir->where.position.key;
  }

  // For provenance: parsing effective_text under the same file name gives this experiment again. It is the text that
  // was read or, with overrides, TOML with the overrides applied.
  std::string file_name;
  std::vector<std::string> overrides;
  std::string effective_text;
};

// Reads and checks an experiment. `file_name` stands in messages, gives the default name and the folder against which
// relative paths of data files are resolved; of data files only that of [nir] is opened, which says what populations
// there are. Throws Error(model) whose message has one line "file:line:column: key '...': problem" for each of the first 20 errors, in the order of the file.
Experiment parse_experiment(std::string_view text, std::string file_name, const Catalogue& catalogue);

// The same for a file, with overrides applied before anything is checked. An override is "path=value", the path being
// a key with indices or names: "projection[0].weight=0.2 mV", "projection.ee.weight=0.2 mV", "simulation.threads=4".
// The value is read as TOML and, where it is not TOML, as a string. Throws Error(file) when the file cannot be read.
Experiment read_experiment(const std::filesystem::path& path, std::span<const std::string> overrides,
                           const Catalogue& catalogue);

}  // namespace synop
