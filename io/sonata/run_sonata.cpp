#include "synop/io/sonata/run_sonata.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/core/performance_notes.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/run/run_steps.hpp"
#include "synop/io/sonata/detail/circuit_recording.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

constexpr std::string_view result_name = "result.json";

void check_file_names(const SonataConfig& config) {
  std::vector<std::string> names{std::string(result_name), config.spikes_file};
  if (!config.log_file.empty()) names.push_back(config.log_file);
  for (const SonataReport& report : config.reports) names.push_back(report.file_name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    throw Error(ErrorKind::input, fmt::format("{}: two outputs are called '{}'", config.file, *twice));
}

Provenance provenance_of(const SonataConfig& config, const RunOptions& options, std::uint64_t seed) {
  return {.experiment_text = config.text,
          .command_line = options.command_line,
          .version = std::string(version()),
          .seed = seed,
          .start = Time{},
          .stop = config.duration};
}

std::filesystem::path folder_of(const SonataConfig& config, const RunOptions& options) {
  if (!options.folder.empty()) return options.folder;
  return config.output_folder.empty() ? std::filesystem::path("results") / config.name : config.output_folder;
}

void write_log(const std::filesystem::path& path, const RunResult& result) {
  std::ostringstream text;
  print_result(text, result);
  for (const std::string& note : result.notes) text << "note: " << note << '\n';
  write_text_file(path, text.str());
}

}  // namespace

RunResult run_sonata(const SonataConfig& config, const RunOptions& options, std::ostream& err,
                     std::filesystem::path& folder) {
  check_file_names(config);
  folder = folder_of(config, options);
  // The configuration may only permit to replace what is in the folder that it names.
  const bool permitted = options.folder.empty() && !config.output_folder.empty() && config.overwrite;
  const Overwrite overwrite = options.overwrite || permitted ? Overwrite::yes : Overwrite::no;
  check_output_folder(folder, overwrite);
  RunResult result;
  result.experiment = config.name;
  result.threads = resolved_threads(options.threads.value_or(1));
  sonata::Circuit circuit = sonata::compose_circuit(config);
  result.assumptions = circuit.assumptions;

  const Stopwatch building;
  BuildOptions building_options;
  building_options.threads = result.threads;
  const Network network = circuit.builder.build(building_options);
  Simulation simulation(network, {result.threads});
  result.seed = network.seed();
  result.build_seconds = building.seconds();
  result.network_bytes = network.bytes();
  result.window = simulation.schedule().window;
  result.notes = performance_notes(network, simulation.schedule(), result.threads);
  if (!options.quiet)
    for (const std::string& note : result.notes) err << "note: " << note << '\n';

  const Provenance provenance = provenance_of(config, options, result.seed);
  sonata::add_report_multimeters(circuit, simulation);
  create_output_folder(folder, overwrite);
  sonata::CircuitRecording recording(circuit, folder, provenance, options.statistics);
  simulation.attach(recording);
  SpikeTally tally(network);
  simulation.attach(tally);
  PowerMeter meter(options.powercap);
  const Stopwatch running;
  {
    std::ostream silent(nullptr);
    Progress progress(options.quiet ? silent : err, config.name, static_cast<std::uint64_t>(config.duration.ticks),
                      {.terminal = options.terminal});
    begin_counting(simulation, tally, result);
    meter.start();
    simulate_in_pieces(simulation, config.duration, progress, [&] {
      recording.write_up_to(simulation.now());
      meter.sample();
    });
    if (interrupted_by() == 0) progress.finish();
  }
  result.measured = meter.stop();
  result.run_seconds = running.seconds();
  result.run_cpu_seconds = running.cpu_seconds();
  result.interrupted_by = interrupted_by();
  result.stop = simulation.now();
  result.peak_memory = peak_memory();
  result.spike_hash = recording.hash().value();
  result.spikes = recording.hash().count();
  collect_counters(simulation, tally, result);
  result.files = recording.finish(result.stop, counts_of(result));
  if (options.statistics) result.statistics = recording.statistics(result.stop);
  simulation.detach(recording);
  if (!config.log_file.empty()) {
    write_log(folder / config.log_file, result);
    result.files.push_back(config.log_file);
  }
  result.files.emplace_back(result_name);
  write_text_file(folder / result_name, result_json(result));
  return result;
}

}  // namespace synop
