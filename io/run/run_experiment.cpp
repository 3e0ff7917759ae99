#include "synop/io/run/run_experiment.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "synop/core/machine.hpp"
#include "synop/core/performance_notes.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/run/recording.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/run/run_files.hpp"

namespace synop {

namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  double cpu_seconds() const { return static_cast<double>(std::clock() - cpu_start_) / CLOCKS_PER_SEC; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
  std::clock_t cpu_start_ = std::clock();
};

// Progress is shown and interruptions are noticed between the pieces of a run. A piece begins as one window and is made
// to last about this long; how a run is cut changes no result.
constexpr double piece_seconds = 0.1;
constexpr std::int64_t fewest_pieces = 500;  // where a silent stretch is followed by a busy one

void simulate(Simulation& simulation, Time until, Recording& recording, Progress& progress) {
  const Delay window = simulation.schedule().window;
  const Delay longest = std::max(window, Delay{(until - simulation.now()).ticks / fewest_pieces});
  Delay piece = window;
  recording.advance(simulation.now());
  while (simulation.now() < until && interrupted_by() == 0) {
    const Stopwatch watch;
    simulation.run_until(std::min({until, simulation.now() + piece, recording.next_sample()}));
    recording.advance(simulation.now());
    progress.update(static_cast<std::uint64_t>(simulation.now().ticks));
    const double seconds = watch.seconds();
    if (seconds < piece_seconds / 2) piece = std::min(longest, 2 * piece);
    if (seconds > piece_seconds * 2) piece = std::max(tick, Delay{piece.ticks / 2});
  }
}

std::vector<std::pair<std::string, std::uint64_t>> counts_of(const RunResult& result) {
  std::vector<std::pair<std::string, std::uint64_t>> counts{{"stopped_at_ps", result.stop.ticks},
                                                            {"interrupted_by", result.interrupted_by}};
  for (const PopulationResult& p : result.populations) counts.emplace_back("spikes." + p.name, p.counters.spikes);
  for (const ProjectionResult& p : result.projections)
    counts.emplace_back("deliveries." + p.name, p.counters.deliveries);
  return counts;
}

void begin_counting(Simulation& simulation, RunResult& result) {
  simulation.reset_counters();
  for (std::uint32_t p = 0; p < simulation.network().projections().size(); ++p) {
    result.projections.emplace_back();
    result.projections.back().in_flight_before = simulation.in_flight({p});
  }
}

}  // namespace

RunResult run_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& err) {
  RunResult result;
  result.experiment = experiment.name;
  result.seed = experiment.seed;
  result.threads = resolved_threads(options.threads.value_or(static_cast<int>(experiment.simulation.threads)));
  result.assumptions = assumptions(experiment);
  const Overwrite overwrite = options.overwrite ? Overwrite::yes : Overwrite::no;
  NetworkBuilder builder = compose(experiment);
  check_recorders(experiment);
  check_output_folder(options.folder, overwrite);

  const Stopwatch building;
  const Network network = builder.build(build_options(experiment, result.threads));
  Simulation simulation(network, {result.threads});
  result.build_seconds = building.seconds();
  result.network_bytes = network.bytes();
  result.window = simulation.schedule().window;
  result.notes = performance_notes(network, simulation.schedule(), result.threads);
  if (!options.quiet)
    for (const std::string& note : result.notes) err << "note: " << note << '\n';

  const Provenance provenance = provenance_of(experiment, options, Time{} + experiment.simulation.warm_up,
                                              Time{} + experiment.simulation.duration);
  add_multimeters(experiment, simulation);
  refuse_if_interrupted();
  create_output_folder(options.folder, overwrite);  // nothing in the experiment can be wrong from here on
  write_text_file(options.folder / "experiment.toml", experiment.effective_text);
  SpikeHash hash;
  simulation.attach(hash);
  Recording recording(experiment, simulation, options.folder, provenance);
  const Stopwatch running;
  {
    std::ostream silent(nullptr);
    Progress progress(options.quiet ? silent : err, experiment.name, static_cast<std::uint64_t>(provenance.stop.ticks),
                      {.terminal = options.terminal});
    simulate(simulation, provenance.start, recording, progress);
    begin_counting(simulation, result);
    simulate(simulation, provenance.stop, recording, progress);
    if (interrupted_by() == 0) progress.finish();
  }
  result.run_seconds = running.seconds();
  result.run_cpu_seconds = running.cpu_seconds();
  result.interrupted_by = interrupted_by();
  result.start = std::min(provenance.start, simulation.now());
  result.stop = simulation.now();
  result.peak_memory = peak_memory();
  result.spike_hash = hash.value();
  result.spikes = hash.count();
  collect_counters(simulation, result);
  for (const std::string& table : experiment.energy.tables)
    result.energy.push_back(price(result.operations, find_price_table(table)));
  result.files = recording.finish(result.stop, counts_of(result));
  if (experiment.output.statistics) result.statistics = recording.statistics();
  result.files.emplace_back("result.json");
  write_text_file(options.folder / "result.json", result_json(result));
  return result;
}

}  // namespace synop
