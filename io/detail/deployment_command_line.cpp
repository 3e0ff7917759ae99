// Commands about a network on a small device.
#include "synop/io/detail/command_line.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "synop/io/detail/commands.hpp"

namespace synop::detail {

namespace {

void add_common(CLI::App& command, DeploymentArguments& a) {
  command.add_option("experiment", a.experiment.file, "Experiment file (TOML), or a results folder of `synop run`")
      ->required();
  command.add_option("--weights", a.weights, "Type of the weights: int8, int16 or float32")->capture_default_str();
  command.add_option(
      "--state", a.state,
      "Type of the neurons' state: int16, int32 or float32 (default: int32, of float32 weights float32)");
  command.add_option("--step", a.step, "Step of the device's clock: \"0.1 ms\"")->capture_default_str();
  command.add_option("--sram", a.sram, "RAM of the device: bytes, or with k, M, G for powers of 1024")->check(some_bytes);
  command.add_option("--flash", a.flash, "Its flash memory, in the same way")->check(some_bytes);
  command.add_flag("--json", a.experiment.json, "Print JSON");
  add_overrides(command, a.experiment);
  add_threads(command, a.experiment);
}

}  // namespace

void add_deployment(CLI::App& app, Action& chosen) {
  CLI::App* const footprint = app.add_subcommand(
      "footprint",
      "Predict the memory a network takes on a small device, and refuse it if it does not fit (docs/deployment.md)");
  const auto f = std::make_shared<DeploymentArguments>();
  add_common(*footprint, *f);
  footprint->callback(
      [&chosen, f] { chosen = [f](const Call& call) { return footprint_command(*f, call.out, call.err); }; });
  CLI::App* const deploy = app.add_subcommand(
      "deploy",
      "Run a network in integers, in steps, and say what is left of its accuracy and spikes (docs/deployment.md)");
  const auto d = std::make_shared<DeploymentArguments>();
  add_common(*deploy, *d);
  deploy->add_option("--samples", d->samples, "Of a task: the first of the last test phase (default: all)")
      ->check(CLI::Range(1, 1 << 24));
  deploy->add_option("--window", d->window, "Spikes this close coincide")->capture_default_str();
  deploy->add_option("-o,--output", d->image, "Write what lies in the flash memory to this file")->check(not_empty);
  deploy->add_flag("--overwrite", d->overwrite, "Replace that file");
  deploy->callback([&chosen, d] { chosen = [d](const Call& call) { return deploy_command(*d, call.out, call.err); }; });
}

}  // namespace synop::detail
