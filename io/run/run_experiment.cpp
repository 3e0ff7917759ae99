#include "synop/io/run/run_experiment.hpp"

#include <algorithm>

#include "synop/core/machine.hpp"
#include "synop/core/performance_notes.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/nir/readout_guard.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/run/recording.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/run/rewards.hpp"
#include "synop/io/run/run_files.hpp"
#include "synop/io/run/run_steps.hpp"
#include "synop/io/stopwatch.hpp"

namespace synop {

namespace {

RunResult begin_result(const Experiment& experiment, const RunOptions& options) {
  RunResult result;
  result.experiment = experiment.name;
  result.seed = experiment.seed;
  result.threads = resolved_threads(options.threads.value_or(static_cast<int>(experiment.simulation.threads)));
  result.assumptions = assumptions(experiment);
  return result;
}

void describe_network(const Network& network, const Simulation& simulation, const RunOptions& options,
                      std::ostream& err, RunResult& result) {
  result.network_bytes = network.bytes();
  result.window = simulation.schedule().window;
  result.notes = performance_notes(network, simulation.schedule(), result.threads);
  if (!options.quiet)
    for (const std::string& note : result.notes) err << "note: " << note << '\n';
}

}  // namespace

RunResult run_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& err) {
  RunResult result = begin_result(experiment, options);
  const Overwrite overwrite = options.overwrite ? Overwrite::yes : Overwrite::no;
  NetworkBuilder builder = compose(experiment, result.assumptions);
  check_recorders(experiment);
  check_output_folder(options.folder, overwrite);

  const Stopwatch building;
  const Network network = builder.build(build_options(experiment, result.threads));
  Simulation simulation(network, {result.threads});
  result.build_seconds = building.seconds();
  describe_network(network, simulation, options, err, result);

  const Provenance provenance = provenance_of(experiment, options, Time{} + experiment.simulation.warm_up,
                                              Time{} + experiment.simulation.duration);
  add_multimeters(experiment, simulation);
  refuse_if_interrupted();
  create_output_folder(options.folder, overwrite);  // nothing in the experiment can be wrong from here on
  write_text_file(options.folder / "experiment.toml", experiment.effective_text);
  SpikeHash hash;
  simulation.attach(hash);
  Recording recording(experiment, simulation, options.folder, provenance);
  Rewards rewards(experiment, simulation, provenance.stop);
  SpikeTally tally(network);
  simulation.attach(tally);
  nir::ReadoutGuard guard(experiment.populations);
  simulation.attach(guard);
  PowerMeter meter(options.powercap);
  const Stopwatch running;
  {
    std::ostream silent(nullptr);
    Progress progress(options.quiet ? silent : err, experiment.name, static_cast<std::uint64_t>(provenance.stop.ticks),
                      {.terminal = options.terminal});
    const auto commit = [&] {
      rewards.advance(simulation.now());
      recording.advance(simulation.now());
      meter.sample();
    };
    const auto next_stop = [&] { return std::min(recording.next_sample(), rewards.next_stop()); };
    commit();
    simulate_in_pieces(simulation, provenance.start, progress, commit, next_stop);
    begin_counting(simulation, tally, result);
    meter.start();
    commit();
    simulate_in_pieces(simulation, provenance.stop, progress, commit, next_stop);
    if (interrupted_by() == 0) progress.finish();
  }
  result.measured = meter.stop();
  result.run_seconds = running.seconds();
  result.run_cpu_seconds = running.cpu_seconds();
  result.interrupted_by = interrupted_by();
  result.start = std::min(provenance.start, simulation.now());
  result.stop = simulation.now();
  result.peak_memory = peak_memory();
  result.spike_hash = hash.value();
  result.spikes = hash.count();
  collect_counters(simulation, tally, result);
  result.rewards = rewards.results();
  for (const std::string& table : experiment.energy.tables)
    result.energy.push_back(price_run(result.ledger, find_price_table(table)));
  result.files = recording.finish(result.stop, counts_of(result));
  if (experiment.output.statistics) result.statistics = recording.statistics();
  result.files.emplace_back("result.json");
  write_text_file(options.folder / "result.json", result_json(result));
  return result;
}

}  // namespace synop
