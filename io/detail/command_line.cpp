#include "synop/io/detail/command_line.hpp"

#include <unistd.h>

#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/detail/commands.hpp"

namespace synop::detail {

bool Call::terminal() const {
  return &err == &std::cerr && isatty(STDERR_FILENO) != 0;
}

namespace {

// `command` was given when this is called.
template <class Arguments>
void choose(CLI::App& command, Action& chosen, std::shared_ptr<Arguments> arguments,
            std::function<int(const Arguments&, const Call&)> action) {
  command.callback([&chosen, arguments, action] {
    chosen = [arguments, action](const Call& call) { return action(*arguments, call); };
  });
}

void add_experiment(CLI::App& command, ExperimentArguments& arguments) {
  command.add_option("experiment", arguments.file, "Experiment file (TOML), or a SONATA configuration (JSON)")
      ->required();
  add_overrides(command, arguments);
  add_threads(command, arguments);
  command.add_flag("--json", arguments.json, "Print JSON");
}

struct FileArguments {
  std::string file;
  std::string output;
  bool json = false;
};

}  // namespace

void add_overrides(CLI::App& command, ExperimentArguments& arguments) {
  command
      .add_option("--set", arguments.overrides, "Override a key: --set simulation.duration=\"2 s\" (may be repeated)")
      ->allow_extra_args(false);
}

void add_threads(CLI::App& command, ExperimentArguments& arguments) {
  command
      .add_option("--threads", arguments.threads, "Threads, at most 1024, 0 for all cores; results do not depend on it")
      ->check(CLI::Range(0, most_threads));
}

std::string not_empty(const std::string& path) {
  return path.empty() ? "the path is empty; give a file or a folder" : "";
}

std::string some_bytes(const std::string& text) {
  return text.empty() ? "there is nothing; give a number of bytes such as 320k" : "";
}

void add_run_and_check(CLI::App& app, Action& chosen) {
  struct Run {
    ExperimentArguments experiment;
    RunArguments more;
  };
  CLI::App& run = *app.add_subcommand("run", "Run an experiment and write a results folder");
  const auto r = std::make_shared<Run>();
  add_experiment(run, r->experiment);
  run.add_option("-o,--output", r->more.folder, "Results folder (default: results/<name of the experiment>)")
      ->check(not_empty);
  run.add_option("--data", r->more.data, "Folder with images in IDX format, for an experiment with a task")
      ->check(not_empty);
  CLI::Option* const overwrite =
      run.add_flag("--overwrite", r->more.overwrite, "Replace the files of an existing results folder");
  run.add_flag("--resume", r->more.resume, "Go on with a task that was interrupted or killed, from its last checkpoint")
      ->excludes(overwrite);
  run.add_flag("--statistics", r->more.statistics,
               "Print rate, irregularity and correlation of the recorded spikes (output.statistics)");
  run.add_option("--powercap", r->more.powercap, "Folder of the machine's power counters (default: /sys/class/powercap)")
      ->check(not_empty);
  run.add_flag("-q,--quiet", r->more.quiet, "Show no progress");
  choose<Run>(run, chosen, r, [](const Run& a, const Call& call) {
    return run_command(a.experiment, a.more, call.command_line, call.terminal(), call.out, call.err);
  });
  CLI::App& check = *app.add_subcommand("check", "Check an experiment; print resolved values, sizes and memory");
  const auto c = std::make_shared<ExperimentArguments>();
  add_experiment(check, *c);
  choose<ExperimentArguments>(
      check, chosen, c, [](const ExperimentArguments& a, const Call& call) { return check_command(a, call.out); });
}

void add_info_and_recover(CLI::App& app, Action& chosen) {
  CLI::App& info = *app.add_subcommand("info", "Describe a result file (spikes, weights, reports, energy)");
  const auto i = std::make_shared<FileArguments>();
  info.add_option("file", i->file, "HDF5 file")->required();
  info.add_flag("--json", i->json, "Print JSON");
  choose<FileArguments>(
      info, chosen, i, [](const FileArguments& a, const Call& call) { return info_command(a.file, a.json, call.out); });
  CLI::App& recover = *app.add_subcommand(
      "recover", "Make a normal HDF5 file of what a killed run recorded (see docs/file_formats.md)");
  const auto r = std::make_shared<FileArguments>();
  recover.add_option("file", r->file, "What the run left: results/spikes.h5.part, ...")->required();
  recover.add_option("-o,--output", r->output, "The new file (default: spikes.recovered.h5 beside it)")
      ->check(not_empty);
  recover.add_flag("--json", r->json, "Print JSON");
  choose<FileArguments>(recover, chosen, r, [](const FileArguments& a, const Call& call) {
    return recover_command(a.file, a.output, a.json, call.out);
  });
}

void add_models(CLI::App& app, Action& chosen) {
  CLI::App& models = *app.add_subcommand("models", "List models with parameters, units, defaults and source");
  const auto m = std::make_shared<FileArguments>();
  models.add_option("model", m->file, "Only this model");
  models.add_flag("--json", m->json, "Print JSON");
  choose<FileArguments>(models, chosen, m, [](const FileArguments& a, const Call& call) {
    return models_command(a.file, a.json, call.out);
  });
}

void add_energy(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<EnergyArguments>();
  EnergyArguments& a = *arguments;
  CLI::App* const energy = app.add_subcommand(
      "energy", "Price a finished run, compare it with conventional networks, say who wins (docs/energy.md)");
  energy->add_option("result", a.result, "Results folder of `synop run`");
  energy
      ->add_option("--prices", a.prices,
                   "Price table, built in or a TOML file (may be repeated; default: a choice of the built-in ones)")
      ->allow_extra_args(false);
  energy
      ->add_option("--against", a.against,
                   "Trained networks (a file of baselines) or another results folder of the same job (may be repeated)")
      ->allow_extra_args(false);
  energy->add_option("-o,--output", a.folder, "Folder for energy.json, energy.h5 and energy.svg")->check(not_empty);
  energy->add_flag("--overwrite", a.overwrite, "Replace these files");
  energy->add_option("--step", a.step,
                     "Step of clocked chips and of the bit-matched network: \"0.1 ms\" (default: 1 ms)");
  energy->add_option("--code", a.code, "How spikes carry information: rate or latency (default: rate)")
      ->check(CLI::IsMember({"rate", "latency"}));
  energy->add_option("--grid", a.grid, "Carbon: a country code, world, or g CO2e per kWh");
  energy->add_option("--pue", a.pue, "Carbon: power usage effectiveness (default: 1.58, data centres in 2023)");
  CLI::Option* const sram =
      energy->add_option("--sram", a.sram, "Does it fit a device? Its RAM: bytes, or with k, M, G for powers of 1024")->check(some_bytes);
  CLI::Option* const flash = energy->add_option("--flash", a.flash, "Its flash memory, in the same way")->check(some_bytes);
  for (CLI::Option* const type : {energy->add_option("--weights", a.weights, "Then the type of the weights: int8, int16 or float32"),
                                  energy->add_option("--state", a.state, "And of the state, see `synop footprint --help`")})
    type->check([sram, flash](const std::string&) {
      return sram->empty() && flash->empty() ? std::string("is of use with --sram or --flash only") : std::string();
    });
  energy->add_flag("--list-prices", a.list_prices, "List the built-in price tables with their sources");
  energy->add_flag("--json", a.json, "Print JSON");
  choose<EnergyArguments>(*energy, chosen, arguments, [](const EnergyArguments& given, const Call& call) {
    return energy_command(given, call.command_line, call.out);
  });
}

}  // namespace synop::detail
