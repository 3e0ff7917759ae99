#include "synop/io/run/run_steps.hpp"

#include <algorithm>

#include "synop/io/interrupt.hpp"
#include "synop/io/stopwatch.hpp"

namespace synop {

namespace {

// A piece begins as one window and is made to last about this long; how a run is cut changes no result.
constexpr double piece_seconds = 0.1;
constexpr std::int64_t fewest_pieces = 500;  // where a silent stretch is followed by a busy one

}  // namespace

void simulate_in_pieces(Simulation& simulation, Time until, Progress& progress, const std::function<void()>& after_piece,
                        const std::function<Time()>& next_stop) {
  const Delay window = simulation.schedule().window;
  const Delay longest = std::max(window, Delay{(until - simulation.now()).ticks / fewest_pieces});
  Delay piece = window;
  while (simulation.now() < until && interrupted_by() == 0) {
    const Stopwatch watch;
    simulation.run_until(std::min({until, simulation.now() + piece, next_stop()}));
    after_piece();
    progress.update(static_cast<std::uint64_t>(simulation.now().ticks));
    const double seconds = watch.seconds();
    if (seconds < piece_seconds / 2) piece = std::min(longest, 2 * piece);
    if (seconds > piece_seconds * 2) piece = std::max(tick, Delay{piece.ticks / 2});
  }
}

void begin_counting(Simulation& simulation, SpikeTally& tally, RunResult& result) {
  simulation.reset_counters();
  tally.reset();
  for (std::uint32_t p = 0; p < simulation.network().projections().size(); ++p) {
    result.projections.emplace_back();
    result.projections.back().in_flight_before = simulation.in_flight({p});
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

}  // namespace synop
