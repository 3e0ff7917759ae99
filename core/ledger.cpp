#include "synop/core/ledger.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

void add(std::uint64_t& to, std::uint64_t count, const std::string& whose) {
  if (__builtin_add_overflow(to, count, &to))
    throw Error(ErrorKind::internal, fmt::format("a count of '{}' passed 2^64", whose));
}

void add(ProjectionLedger& to, const ProjectionLedger& p) {
  using Count = std::uint64_t ProjectionLedger::*;
  constexpr Count counts[] = {
      &ProjectionLedger::source_spikes,    &ProjectionLedger::target_spikes,        &ProjectionLedger::deliveries,
      &ProjectionLedger::dense_deliveries, &ProjectionLedger::effective_deliveries, &ProjectionLedger::sent,
      &ProjectionLedger::in_flight_before, &ProjectionLedger::in_flight_after,      &ProjectionLedger::macs,
      &ProjectionLedger::plastic_pre,      &ProjectionLedger::plastic_post,         &ProjectionLedger::queue_operations,
      &ProjectionLedger::bytes_touched};
  for (const Count count : counts) add(to.*count, p.*count, p.name);
  to.zero_weights = p.zero_weights;
}

void add(PopulationLedger& to, const PopulationLedger& p) {
  using Count = std::uint64_t PopulationLedger::*;
  constexpr Count counts[] = {&PopulationLedger::spikes, &PopulationLedger::drive_deliveries,
                              &PopulationLedger::attended, &PopulationLedger::self_events, &PopulationLedger::active};
  for (const Count count : counts) add(to.*count, p.*count, p.name);
  to.largest_count = std::max(to.largest_count, p.largest_count);
}

template <class Items>
bool same_names(const Items& a, const Items& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.name == y.name; });
}

}  // namespace

bool ProjectionLedger::needs_indices() const {
  const std::uint64_t all = checked_product(sources, targets, "the connections of a projection");
  const bool all_but_itself = source == target && sources == targets && synapses == all - targets;
  return shared_weights == 0 && synapses != all && !all_but_itself;
}

Ledger& Ledger::operator+=(const Ledger& other) {
  if (populations.empty() && projections.empty()) return *this = other;
  if (!same_names(populations, other.populations) || !same_names(projections, other.projections))
    throw Error(ErrorKind::internal, "counts of different networks were to be added");
  add(inferences, other.inferences, "inferences");
  simulated = simulated + other.simulated;
  for (std::size_t i = 0; i < populations.size(); ++i) add(populations[i], other.populations[i]);
  for (std::size_t i = 0; i < projections.size(); ++i) add(projections[i], other.projections[i]);
  return *this;
}

const PopulationLedger& Ledger::population(const std::string& name) const {
  std::vector<std::string_view> known;
  for (const PopulationLedger& each : populations) {
    if (each.name == name) return each;
    known.push_back(each.name);
  }
  throw Error(ErrorKind::model, fmt::format("there is no population '{}'{}", name, did_you_mean(name, known)));
}

std::uint64_t checked_product(std::uint64_t a, std::uint64_t b, const char* what) {
  std::uint64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  throw Error(ErrorKind::internal, fmt::format("{} are {} x {}, more than 64 bits count", what, a, b));
}

}  // namespace synop
