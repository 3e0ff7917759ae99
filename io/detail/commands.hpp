#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "synop/io/nir/options.hpp"

namespace synop::detail {

struct ExperimentArguments {
  std::string file;
  std::vector<std::string> overrides;
  std::optional<int> threads;
  bool json = false;
};

struct RunArguments {
  std::string folder;
  std::string data;
  bool overwrite = false;
  bool resume = false;
  bool quiet = false;
  bool statistics = false;
  std::string powercap;  // empty: that of the machine
};

// Of `import nir`.
struct NirArguments {
  std::string file;
  nir::Options options;
  std::string experiment;  // to be written; empty: none
  bool overwrite = false;
  bool json = false;
  bool compare = false;
  std::string input;           // spikes that enter
  std::optional<double> rate;  // or their rate, 1/s
  std::optional<double> duration_ms;
  std::uint64_t seed = 1;
  int threads = 1;
};

// Of `energy`.
struct EnergyArguments {
  std::string result;
  std::vector<std::string> prices;
  std::vector<std::string> against;
  std::string folder;
  std::string step = "1 ms";
  std::string code = "rate";
  std::string grid;
  std::optional<double> pue;
  bool overwrite = false;
  bool json = false;
  bool list_prices = false;
  std::string sram, flash;  // of a device; either adds the footprint to the account
  std::string weights = "int8", state;
};

// Of `footprint` and `deploy`.
struct DeploymentArguments {
  ExperimentArguments experiment;  // its file may be a results folder
  std::string weights = "int8";
  std::string state;
  std::string step = "1 ms";
  std::string window = "2 ms";
  std::string sram, flash;
  std::optional<std::uint64_t> samples;
  std::string image;  // to be written; empty: none
  bool overwrite = false;
};

// The commands of the program; they return its exit code and throw Error.
int run_command(const ExperimentArguments& arguments, const RunArguments& more, const std::string& command_line,
                bool terminal, std::ostream& out, std::ostream& err);
int check_command(const ExperimentArguments& arguments, std::ostream& out);
int info_command(const std::string& file, bool json, std::ostream& out);
// `target` may be empty: then the file is named after `source`.
int recover_command(const std::string& source, const std::string& target, bool json, std::ostream& out);
int export_sonata_command(const ExperimentArguments& arguments, const RunArguments& more, std::ostream& out);

// What `synop saccades` writes.
struct SaccadeArguments {
  std::string folder;
  std::string images;  // a folder of IDX files; empty: generated digits
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t samples = 0;
  double threshold = 0.3;
};
int saccades_command(const SaccadeArguments& arguments, std::ostream& out);
int import_nir_command(const NirArguments& arguments, bool terminal, std::ostream& out, std::ostream& err);
int export_nir_command(const ExperimentArguments& arguments, const std::string& file, bool overwrite, std::ostream& out);
int footprint_command(const DeploymentArguments& arguments, std::ostream& out, std::ostream& err);
int deploy_command(const DeploymentArguments& arguments, std::ostream& out, std::ostream& err);
int energy_command(const EnergyArguments& arguments, const std::string& command_line, std::ostream& out);
int models_command(const std::string& model, bool json, std::ostream& out);

// Throws Error(usage) if there are any.
void refuse_overrides_of_sonata(const ExperimentArguments& arguments);

}  // namespace synop::detail
