#include "synop/io/deployment/deployable.hpp"

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/nir/run_clocked_experiment.hpp"
#include "synop/io/sonata/config.hpp"
#include "synop/io/tasks/task_checks.hpp"

namespace synop {

namespace fs = std::filesystem;

namespace {

// Weights of half a training are not what was asked for.
void refuse_interrupted(const fs::path& path) {
  std::ifstream in(path);
  const nlohmann::json result = nlohmann::json::parse(in, nullptr, false);
  if (!result.is_object())
    throw Error(ErrorKind::file, fmt::format("there is no '{}' that can be read: the run has not finished", path.string()));
  if (!result.value("complete", false))
    throw Error(ErrorKind::input, fmt::format("'{}' is of a run that was interrupted; `synop run --resume` finishes it", path.string()));
}

}  // namespace

Experiment open_deployable(const fs::path& path, std::span<const std::string> overrides) {
  const bool results = fs::is_directory(path);
  const fs::path file = results ? path / "experiment.toml" : path;
  if (results && !fs::exists(file))
    throw Error(ErrorKind::file,
                fmt::format("'{}' has no experiment.toml: it is no results folder of `synop run`", path.string()));
  if (results) refuse_interrupted(path / "result.json");
  if (is_sonata_config(file.string()))
    throw Error(ErrorKind::usage,
                fmt::format("'{}' is a SONATA configuration; deployed are experiments in TOML", path.string()));
  Experiment experiment = read_experiment(file, overrides, model_catalogue());
  if (is_clocked(experiment))
    throw Error(
        ErrorKind::model,
        fmt::format("'{}' runs a NIR graph in clocked mode; deployed are networks in exact mode", file.string()));
  if (results && experiment.name == "experiment") experiment.name = fs::canonical(path).filename().string();
  if (experiment.task) {
    check_task(experiment);
    if (results) experiment.task->learned = path / "weights.h5";
  }
  return experiment;
}

Deployable::Deployable(const Experiment& experiment, int threads)
    : experiment_(experiment),
      network_(compose(experiment).build(build_options(experiment, threads))),
      simulation_(network_, {.threads = 1}) {
  if (!experiment.task) return;
  if (experiment.task->learned.empty()) {
    learned_ = learned_state(simulation_);
    return;
  }
  learned_ = read_learned_file(experiment.task->learned, experiment, simulation_);
  set_learned_state(simulation_, learned_);
}

StepNetwork Deployable::steps(Delay step) const {
  return step_network(experiment_, simulation_, step);
}

}  // namespace synop
