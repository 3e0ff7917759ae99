#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "io/temporary_folder.hpp"
#include "synop/io/cli.hpp"
#include "synop/io/output_folder.hpp"

namespace synop {

// What one call of the program gave.
struct CliCall {
  int code = 0;
  std::string out;
  std::string err;

  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

inline CliCall call(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_cli(args, out, err);
  return {code, out.str(), err.str()};
}

// 100 neurons that fire some 30 times a second; the first line of [[population]] is line 8.
inline constexpr const char* small_experiment = R"(name = "small"
seed = 7

[simulation]
duration = "200 ms"
warm_up = "50 ms"

[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 100
params = { tau_m = "20 ms", E_L = "0 mV", V_th = "20 mV", V_reset = "10 mV" }
V_m = { uniform = ["0 mV", "20 mV"] }

[[projection]]
source = "exc"
target = "exc"
rule = "fixed_indegree"
indegree = 10
weight = "0.5 mV"
delay = { uniform = ["1 ms", "2 ms"] }

[[stimulus]]
model = "poisson_generator"
target = "exc"
rate = "10 kHz"
weight = "0.2 mV"

[[recorder]]
model = "spike_recorder"
source = "exc"

[output]
csv = true
)";

// A folder with one experiment in it.
class ExperimentFolder {
 public:
  explicit ExperimentFolder(const std::string& text = small_experiment) { write_text_file(file(), text); }

  std::string file() const { return path("experiment.toml"); }
  std::string results() const { return path("results"); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // `synop run` of the experiment into results().
  CliCall run(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args{"run", file(), "-o", results(), "--quiet"};
    args.insert(args.end(), more.begin(), more.end());
    return call(args);
  }
  CliCall check(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args{"check", file()};
    args.insert(args.end(), more.begin(), more.end());
    return call(args);
  }
  nlohmann::json result() const { return nlohmann::json::parse(read_text(path("results/result.json"))); }

 private:
  TemporaryFolder folder_;
};

}  // namespace synop
