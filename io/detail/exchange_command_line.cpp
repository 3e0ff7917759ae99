// Commands that exchange networks and events with other programs.
#include "synop/io/detail/command_line.hpp"

#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/units.hpp"

namespace synop::detail {

namespace {

// Options as text, until all of a command line have been read.
struct NirOptionTexts {
  std::string mode = "exact", spike = "delta", reset = "value", current = "previous";
  std::string dt, spike_area, recurrent_delay, duration, rate;
};

struct ImportArguments {
  NirArguments nir;
  NirOptionTexts nir_texts;
};

struct ExportArguments {
  ExperimentArguments experiment;
  RunArguments more;  // the folder, and whether it may be overwritten
};

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

NirArguments nir_arguments(const ImportArguments& a) {
  NirArguments nir = a.nir;
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

}  // namespace

void add_import(CLI::App& app, Action& chosen) {
  CLI::App* const imports = app.add_subcommand("import", "Read a network from a format of other programs");
  imports->require_subcommand(1);
  const auto arguments = std::make_shared<ImportArguments>();
  ImportArguments& a = *arguments;
  CLI::App* const nir = imports->add_subcommand(
      "nir",
      "Print a network in the Neuromorphic Intermediate Representation and what of it can run exactly (docs/nir.md)");
  nir->add_option("file", a.nir.file, "NIR file (HDF5)")->required();
  nir->add_option("--mode", a.nir_texts.mode, "exact: in continuous time; clocked: in training time steps")
      ->check(CLI::IsMember({"exact", "clocked"}))
      ->capture_default_str();
  nir->add_option("--spike", a.nir_texts.spike, "delta: an impulse; pulse: the value 1 during dt")
      ->check(CLI::IsMember({"delta", "pulse"}))
      ->capture_default_str();
  nir->add_option("--spike-area", a.nir_texts.spike_area,
                  "Area of the impulse, \"1 s\" (the default) or as short as dt");
  nir->add_option("--dt", a.nir_texts.dt, "Training time step: \"0.1 ms\"");
  nir->add_option("--reset", a.nir_texts.reset, "value: to v_reset; subtract: by v_threshold")
      ->check(CLI::IsMember({"value", "subtract"}))
      ->capture_default_str();
  nir->add_option("--current", a.nir_texts.current, "Current that charges a Cuba membrane in a time step")
      ->check(CLI::IsMember({"previous", "updated"}))
      ->capture_default_str();
  nir->add_option("--recurrent-delay", a.nir_texts.recurrent_delay, "Delay of edges that close a loop without a Delay");
  nir->add_option("-o,--output", a.nir.experiment, "Write an experiment file (TOML) that runs the network")
      ->check(not_empty);
  nir->add_flag("--overwrite", a.nir.overwrite, "Replace that file");
  CLI::Option* const compare = nir->add_flag("--compare", a.nir.compare, "Run clocked and exact side by side");
  nir->add_option("--input", a.nir.input, "File of spikes that enter (docs/file_formats.md)");
  nir->add_option("--rate", a.nir_texts.rate, "Or Poisson processes of that rate: \"20 Hz\"");
  nir->add_option("--duration", a.nir_texts.duration, "How long: \"100 ms\"");
  nir->add_option("--seed", a.nir.seed, "Of these processes")->capture_default_str();
  nir->add_option("--threads", a.nir.threads, "Threads, at most 1024, 0 for all cores")
      ->check(CLI::Range(0, most_threads));
  nir->add_flag("--json", a.nir.json, "Print the network as JSON")->excludes(compare);
  nir->callback([&chosen, arguments] {
    chosen = [arguments](const Call& call) { return import_nir_command(nir_arguments(*arguments), call.terminal(), call.out, call.err); };
  });
}

void add_export(CLI::App& app, Action& chosen) {
  CLI::App* const exports = app.add_subcommand("export", "Write an experiment in a format of other programs");
  exports->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& says, const std::string& output,
                       const std::string& overwrite) {
    CLI::App* const format = exports->add_subcommand(name, says);
    const auto a = std::make_shared<ExportArguments>();
    format->add_option("experiment", a->experiment.file, "Experiment file (TOML)")->required();
    add_overrides(*format, a->experiment);
    add_threads(*format, a->experiment);
    format->add_option("-o,--output", a->more.folder, output)->required()->check(not_empty);
    format->add_flag("--overwrite", a->more.overwrite, overwrite);
    return std::pair(format, a);
  };
  const auto [sonata, s] = add("sonata", "Write a SONATA circuit and simulation with the same spikes",
                               "Folder for the files", "Write into a folder that is not empty");
  sonata->callback([&chosen, s = s] {
    chosen = [s](const Call& call) { return export_sonata_command(s->experiment, s->more, call.out); };
  });
  const auto [nir, n] = add("nir", "Write the network in the Neuromorphic Intermediate Representation",
                            "NIR file (HDF5)", "Replace the file");
  nir->callback([&chosen, n = n] {
    chosen = [n](const Call& call) {
      return export_nir_command(n->experiment, n->more.folder, n->more.overwrite, call.out);
    };
  });
}

void add_saccades(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<SaccadeArguments>();
  SaccadeArguments& a = *arguments;
  CLI::App* const saccades = app.add_subcommand(
      "saccades",
      "Write synthetic address events, images under simulated saccades, as .bin files (see docs/event_data.md)");
  saccades->add_option("-o,--output", a.folder, "Folder to make: FOLDER/<label>/<number of the image>.bin")
      ->required()
      ->check(not_empty);
  saccades->add_option("--samples", a.samples, "Number of images")->required()->check(CLI::Range(1, 1 << 22));
  saccades->add_option("--first", a.first, "The first image (default: 0)")->check(CLI::Range(0, 1 << 22));
  CLI::Option* const images = saccades
                                  ->add_option("--images", a.images,
                                               "Folder with images in IDX format, such as MNIST "
                                               "(default: digits of the seeded generator)")
                                  ->check(not_empty);
  saccades->add_option("--seed", a.seed, "Of the generated digits (default: 1)")->excludes(images);
  saccades->add_option("--threshold", a.threshold, "Change of log brightness per event (default: 0.3)")
      ->check(CLI::Range(0.01, 2.0));
  saccades->callback([&chosen, arguments] {
    chosen = [arguments](const Call& call) { return saccades_command(*arguments, call.out); };
  });
}

}  // namespace synop::detail
