#include "synop/io/cli.hpp"

#include <unistd.h>

#include <algorithm>
#include <new>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/units.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::model:
    case ErrorKind::input: return 3;
    case ErrorKind::file: return 4;
    case ErrorKind::memory: return 5;
    case ErrorKind::interrupted: return 128 + interrupted_by();
    case ErrorKind::internal: break;
  }
  return 1;
}

constexpr const char* description =
    "Event-driven simulator for spiking neural networks that counts every operation.\n"
    "An experiment is a TOML file; see docs/experiment_files.md. SONATA simulations run as they are; see docs/sonata.md.\n"
    "Networks trained elsewhere come in as NIR files; see docs/nir.md.";

std::string not_empty(const std::string& path) { return path.empty() ? "the path is empty; give a folder" : ""; }

// CLI11 would only say that a command is missing.
void refuse_unknown_command(std::span<const std::string> args) {
  constexpr std::string_view commands[] = {"run", "check", "info", "recover", "import", "export", "models"};
  if (args.empty() || args[0].starts_with('-')) return;
  if (std::find(std::begin(commands), std::end(commands), args[0]) != std::end(commands)) return;
  throw Error(ErrorKind::usage, fmt::format("there is no command '{}'{}", args[0], did_you_mean(args[0], commands)));
}

void add_experiment_options(CLI::App& command, detail::ExperimentArguments& arguments) {
  command.add_option("experiment", arguments.file, "Experiment file (TOML), or a SONATA configuration (JSON)")->required();
  command.add_option("--set", arguments.overrides, "Override a key: --set simulation.duration=\"2 s\" (may be repeated)")
      ->allow_extra_args(false);
  command.add_option("--threads", arguments.threads, "Threads, at most 1024, 0 for all cores; results do not depend on it")
      ->check(CLI::Range(0, most_threads));
  command.add_flag("--json", arguments.json, "Print JSON");
}

// The options of a time quantity, kept as text until the errors of a whole command line can be told.
struct NirOptionTexts {
  std::string mode = "exact", spike = "delta", reset = "value", current = "previous";
  std::string dt, spike_area, recurrent_delay, duration, rate;
};

struct Arguments {
  detail::ExperimentArguments run;
  detail::ExperimentArguments check;
  detail::RunArguments run_more;
  detail::ExperimentArguments exported;
  detail::RunArguments export_more;
  std::string info_file;
  bool info_json = false;
  std::string recover_file;
  std::string recovered_file;
  bool recover_json = false;
  std::string model;
  bool models_json = false;
  detail::ExperimentArguments nir_exported;
  std::string nir_file;
  bool nir_overwrite = false;
  detail::NirArguments nir;
  NirOptionTexts nir_texts;
};

void add_import(CLI::App& app, Arguments& a) {
  CLI::App* const imports = app.add_subcommand("import", "Read a network from a format of other programs");
  imports->require_subcommand(1);
  CLI::App* const nir = imports->add_subcommand(
      "nir", "Print a network in the Neuromorphic Intermediate Representation and what of it can run exactly (docs/nir.md)");
  nir->add_option("file", a.nir.file, "NIR file (HDF5)")->required();
  nir->add_option("--mode", a.nir_texts.mode, "exact: in continuous time; clocked: in training time steps")
      ->check(CLI::IsMember({"exact", "clocked"}))->capture_default_str();
  nir->add_option("--spike", a.nir_texts.spike, "delta: an impulse; pulse: the value 1 during dt")
      ->check(CLI::IsMember({"delta", "pulse"}))->capture_default_str();
  nir->add_option("--spike-area", a.nir_texts.spike_area, "Area of the impulse, \"1 s\" (the default) or as short as dt");
  nir->add_option("--dt", a.nir_texts.dt, "Training time step: \"0.1 ms\"");
  nir->add_option("--reset", a.nir_texts.reset, "value: to v_reset; subtract: by v_threshold")
      ->check(CLI::IsMember({"value", "subtract"}))->capture_default_str();
  nir->add_option("--current", a.nir_texts.current, "Current that charges a Cuba membrane in a time step")
      ->check(CLI::IsMember({"previous", "updated"}))->capture_default_str();
  nir->add_option("--recurrent-delay", a.nir_texts.recurrent_delay, "Delay of edges that close a loop without a Delay");
  nir->add_option("-o,--output", a.nir.experiment, "Write an experiment file (TOML) that runs the network")->check(not_empty);
  nir->add_flag("--overwrite", a.nir.overwrite, "Replace that file");
  CLI::Option* const compare = nir->add_flag("--compare", a.nir.compare, "Run clocked and exact side by side");
  nir->add_option("--input", a.nir.input, "File of spikes that enter (docs/file_formats.md)");
  nir->add_option("--rate", a.nir_texts.rate, "Or Poisson processes of that rate: \"20 Hz\"");
  nir->add_option("--duration", a.nir_texts.duration, "How long: \"100 ms\"");
  nir->add_option("--seed", a.nir.seed, "Of these processes")->capture_default_str();
  nir->add_option("--threads", a.nir.threads, "Threads, at most 1024, 0 for all cores")->check(CLI::Range(0, most_threads));
  nir->add_flag("--json", a.nir.json, "Print the network as JSON")->excludes(compare);
}

std::optional<double> quantity_of(const std::string& option, const std::string& text, std::string_view unit) {
  if (text.empty()) return std::nullopt;
  try {
    const double value = parse_quantity(text, unit);
    if (value > 0.0 || (value == 0.0 && unit == "Hz")) return value;
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, fmt::format("{}: {}", option, error.what()));
  }
  throw Error(ErrorKind::usage, fmt::format("{} {} is not above 0", option, text));
}

detail::NirArguments nir_arguments(const Arguments& a) {
  detail::NirArguments nir = a.nir;
  const NirOptionTexts& texts = a.nir_texts;
  const auto delay = [](const std::string& option, const std::string& text) {
    const auto ms = quantity_of(option, text, "ms");
    return ms ? std::optional(Delay::from_ms(*ms)) : std::nullopt;
  };
  nir.options.mode = texts.mode == "exact" ? nir::Mode::exact : nir::Mode::clocked;
  nir.options.spike = texts.spike == "delta" ? nir::SpikeMeaning::delta : nir::SpikeMeaning::pulse;
  nir.options.reset = texts.reset == "value" ? nir::Reset::to_value : nir::Reset::by_subtraction;
  nir.options.current = texts.current == "previous" ? nir::CubaCurrent::previous : nir::CubaCurrent::updated;
  nir.options.dt = delay("--dt", texts.dt).value_or(Delay{});
  if (const auto area = delay("--spike-area", texts.spike_area)) nir.options.spike_area = *area;
  nir.options.recurrent_delay = delay("--recurrent-delay", texts.recurrent_delay);
  nir.duration_ms = quantity_of("--duration", texts.duration, "ms");
  nir.rate = quantity_of("--rate", texts.rate, "Hz");
  return nir;
}

void add_commands(CLI::App& app, Arguments& a) {
  CLI::App* const run = app.add_subcommand("run", "Run an experiment and write a results folder");
  add_experiment_options(*run, a.run);
  run->add_option("-o,--output", a.run_more.folder, "Results folder (default: results/<name of the experiment>)")
      ->check(not_empty);
  run->add_option("--data", a.run_more.data, "Folder with images in IDX format, for an experiment with a task")
      ->check(not_empty);
  run->add_flag("--overwrite", a.run_more.overwrite, "Replace the files of an existing results folder");
  run->add_flag("--statistics", a.run_more.statistics,
                "Print rate, irregularity and correlation of the recorded spikes (output.statistics)");
  run->add_flag("-q,--quiet", a.run_more.quiet, "Show no progress");
  CLI::App* const check = app.add_subcommand("check", "Check an experiment; print resolved values, sizes and memory");
  add_experiment_options(*check, a.check);
  CLI::App* const info = app.add_subcommand("info", "Describe a result file (spikes, weights, reports)");
  info->add_option("file", a.info_file, "HDF5 file")->required();
  info->add_flag("--json", a.info_json, "Print JSON");
  CLI::App* const recover =
      app.add_subcommand("recover", "Make a normal HDF5 file of what a killed run recorded (see docs/file_formats.md)");
  recover->add_option("file", a.recover_file, "What the run left: results/spikes.h5.part, ...")->required();
  recover->add_option("-o,--output", a.recovered_file, "The new file (default: spikes.recovered.h5 beside it)")
      ->check(not_empty);
  recover->add_flag("--json", a.recover_json, "Print JSON");
  add_import(app, a);
  CLI::App* const exports = app.add_subcommand("export", "Write an experiment in a format of other simulators");
  exports->require_subcommand(1);
  CLI::App* const sonata = exports->add_subcommand("sonata", "Write a SONATA circuit and simulation with the same spikes");
  sonata->add_option("experiment", a.exported.file, "Experiment file (TOML)")->required();
  sonata->add_option("--set", a.exported.overrides, "Override a key: --set simulation.duration=\"2 s\" (may be repeated)")
      ->allow_extra_args(false);
  sonata->add_option("--threads", a.exported.threads, "Threads, at most 1024, 0 for all cores")->check(CLI::Range(0, most_threads));
  sonata->add_option("-o,--output", a.export_more.folder, "Folder for the files")->required()->check(not_empty);
  sonata->add_flag("--overwrite", a.export_more.overwrite, "Write into a folder that is not empty");
  CLI::App* const nir = exports->add_subcommand("nir", "Write the network in the Neuromorphic Intermediate Representation");
  nir->add_option("experiment", a.nir_exported.file, "Experiment file (TOML)")->required();
  nir->add_option("--set", a.nir_exported.overrides, "Override a key (may be repeated)")->allow_extra_args(false);
  nir->add_option("--threads", a.nir_exported.threads, "Threads, at most 1024, 0 for all cores")->check(CLI::Range(0, most_threads));
  nir->add_option("-o,--output", a.nir_file, "NIR file (HDF5)")->required()->check(not_empty);
  nir->add_flag("--overwrite", a.nir_overwrite, "Replace the file");
  CLI::App* const models = app.add_subcommand("models", "List models with parameters, units, defaults and source");
  models->add_option("model", a.model, "Only this model");
  models->add_flag("--json", a.models_json, "Print JSON");
  app.require_subcommand(1);
}

int dispatch(const CLI::App& app, const Arguments& a, std::span<const std::string> args, std::ostream& out,
             std::ostream& err) {
  if (app.got_subcommand("run")) {
    std::string command_line = "synop";
    for (const std::string& arg : args) command_line += " " + arg;
    const bool terminal = &err == &std::cerr && isatty(STDERR_FILENO) != 0;
    return detail::run_command(a.run, a.run_more, command_line, terminal, out, err);
  }
  if (app.got_subcommand("check")) return detail::check_command(a.check, out);
  if (app.got_subcommand("info")) return detail::info_command(a.info_file, a.info_json, out);
  if (app.got_subcommand("recover"))
    return detail::recover_command(a.recover_file, a.recovered_file, a.recover_json, out);
  if (app.got_subcommand("import")) return detail::import_nir_command(nir_arguments(a), out);
  if (app.got_subcommand("export") && app.get_subcommand("export")->got_subcommand("nir"))
    return detail::export_nir_command(a.nir_exported, a.nir_file, a.nir_overwrite, out);
  if (app.got_subcommand("export")) return detail::export_sonata_command(a.exported, a.export_more, out);
  return detail::models_command(a.model, a.models_json, out);
}

}  // namespace

int run_cli(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  CLI::App app(description, "synop");
  app.set_version_flag("--version", std::string(version()));
  Arguments arguments;
  add_commands(app, arguments);
  try {
    refuse_unknown_command(args);
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
    return dispatch(app, arguments, args, out, err);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? 0 : 2;
  } catch (const Error& error) {
    err << "synop: " << error.what() << '\n';
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    err << "synop: memory ran out; see the estimate of `synop check`\n";
    return 5;
  } catch (const std::exception& error) {
    err << "synop: internal error: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace synop
