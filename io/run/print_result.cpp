#include "synop/io/run/print_result.hpp"

#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/progress.hpp"

namespace synop {

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

namespace {

void print_populations(std::ostream& out, const RunResult& result) {
  fmt::print(out, "\n{:<20} {:<24} {:>11} {:>14} {:>12}\n", "population", "model", "neurons", "spikes", "rate (1/s)");
  for (const PopulationResult& p : result.populations)
    fmt::print(out, "{:<20} {:<24} {:>11} {:>14} {:>12.3f}\n", p.name, p.model, grouped(p.size),
               grouped(p.counters.spikes), p.rate);
}

void print_projections(std::ostream& out, const RunResult& result) {
  if (result.projections.empty()) return;
  fmt::print(out, "\n{:<20} {:>14} {:>16} {:>14} {:>14} {:>14}\n", "projection", "synapses", "deliveries", "in flight",
             "plastic pre", "plastic post");
  for (const ProjectionResult& p : result.projections) {
    fmt::print(out, "{:<20} {:>14} {:>16} {:>14} {:>14} {:>14}\n", p.name, grouped(p.synapses),
               grouped(p.counters.deliveries), grouped(p.in_flight_after), grouped(p.counters.plastic_pre),
               grouped(p.counters.plastic_post));
    if (!p.balanced())
      fmt::print(out, "  WARNING: deliveries + in flight do not equal spikes x out-degree; please report this\n");
  }
}

void print_rewards(std::ostream& out, const RunResult& result) {
  if (result.rewards.empty()) return;
  fmt::print(out, "\n{:<20} {:>14} {:>16}\n", "reward", "given", "sum of amounts");
  for (const RewardResult& r : result.rewards)
    fmt::print(out, "{:<20} {:>14} {:>16.6g}\n", r.name, grouped(r.count), r.total);
}

std::string or_dash(double value) { return std::isfinite(value) ? fmt::format("{:.4f}", value) : "-"; }

void print_statistics(std::ostream& out, const RunResult& result) {
  if (result.statistics.empty()) return;
  fmt::print(out, "\n{:<20} {:>11} {:>14} {:>12} {:>10} {:>12}\n", "recorded", "neurons", "spikes", "rate (1/s)", "ISI CV",
             "correlation");
  for (const PopulationStatistics& s : result.statistics)
    fmt::print(out, "{:<20} {:>11} {:>14} {:>12.3f} {:>10} {:>12}\n", s.population, grouped(s.recorded),
               grouped(s.spikes), s.rate, or_dash(s.cv.mean), or_dash(s.correlation.mean));
}

void print_energy(std::ostream& out, const RunResult& result) {
  if (result.energy.empty()) return;
  fmt::print(out, "\nmodelled energy of the network's operations (no ANN to compare with: the experiment has no task)\n");
  for (const EnergyEstimate& estimate : result.energy) {
    fmt::print(out, "  {:<26} {}{}\n", estimate.table,
               estimate.total_joules ? joules_text(*estimate.total_joules) : "refused: " + estimate.refusal,
               find_price_table(estimate.table).clocked ? " (a clocked chip, in steps of 1 ms)" : "");
    std::string uncovered;
    for (const UncoveredCount& row : estimate.uncovered)
      uncovered += fmt::format("{}{} {}", uncovered.empty() ? "" : ", ", grouped(row.count), name(row.operation));
    if (!uncovered.empty()) fmt::print(out, "  {:<26} not covered: {}\n", "", uncovered);
  }
}

}  // namespace

void print_result(std::ostream& out, const RunResult& result) {
  std::uint64_t events = 0;
  for (const ProjectionResult& p : result.projections) events += p.counters.deliveries;
  std::uint64_t driven = 0;
  for (const PopulationResult& p : result.populations) driven += p.counters.drive_deliveries;
  fmt::print(out, "{}: {} ms to {} ms, seed {}, {} thread{}, window {} ms{}\n", result.experiment, result.start.ms(),
             result.stop.ms(), result.seed, result.threads, result.threads == 1 ? "" : "s", result.window.ms(),
             result.interrupted_by != 0 ? ", INTERRUPTED" : "");
  fmt::print(out, "built in {}, run in {} ({} CPU), at most {:.0f} MB\n", duration_text(result.build_seconds),
             duration_text(result.run_seconds), duration_text(result.run_cpu_seconds),
             static_cast<double>(result.peak_memory) * 1e-6);
  print_populations(out, result);
  print_projections(out, result);
  print_rewards(out, result);
  print_statistics(out, result);
  fmt::print(out, "\n{} synaptic events, {} events of stimuli; spike hash {:016x} of {} spikes\n", grouped(events),
             grouped(driven), result.spike_hash, grouped(result.spikes));
  print_energy(out, result);
  fmt::print(out, "energy {}\n", measured_text(result.measured));
  for (const std::string& sentence : result.assumptions) fmt::print(out, "assumed: {}\n", sentence);
}

}  // namespace synop
