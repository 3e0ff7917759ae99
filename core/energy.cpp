#include "synop/core/energy.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace synop {

namespace {

// The array that an access goes to, and the width of its words.
Array accessed(Operation operation, const Work& work, const PriceTable& table) {
  const auto of_width = [](Array array, unsigned bits) { return Array{array.words, array.bits != 0 ? array.bits : bits}; };
  switch (operation) {
    case Operation::index_read: return of_width(work.indices, 32);
    case Operation::activation_read: return of_width(work.activations, table.weight_bits);
    case Operation::state_read:
    case Operation::state_write:  // of a conventional layer: its activations
      if (work.states.words == 0) return of_width(work.activations, table.weight_bits);
      return of_width(work.states, table.state_bits);
    default: return of_width(work.weights, table.weight_bits);
  }
}

// Sums one class over all work.
struct Charge {
  Operation operation;
  const PriceTable& table;
  std::uint64_t count = 0;
  double joules = 0.0;
  std::string unpriced = {};  // the first work without a price

  void add(const Work& work, PartEnergy& part) {
    if (work.counts[operation] == 0) return;
    const std::optional<double> each = joules_each(operation, work, table);
    if (!each && unpriced.empty()) unpriced = work.name;
    const double cost = static_cast<double>(work.counts[operation]) * each.value_or(0.0);
    joules += cost;
    part.joules += cost;
  }
};

// The class that was performed and whose price contains this one.
std::optional<Operation> payer_of(const Price& price, const OperationCounts& counts) {
  for (const Operation other : price.included_in)
    if (counts[other] > 0) return other;
  return {};
}

std::string term(const Charge& charge, bool by_size) {
  return by_size ? fmt::format("{} (of {}: no memory of the table is known to hold it)", name(charge.operation), charge.unpriced)
                 : std::string(name(charge.operation));
}

}  // namespace

std::optional<double> joules_each(Operation operation, const Work& work, const PriceTable& table) {
  const Price* const price = table.find(operation);
  if (price == nullptr || !price->by_size) return price == nullptr ? std::nullopt : price->joules;
  const Array array = accessed(operation, work, table);
  if (array.words == 0) return {};
  const double bits = array.bits;
  const double bytes = std::ceil(static_cast<double>(array.words) * bits / 8.0);
  const MemoryLevel* const level = bytes < 1.8e19 ? table.level_for(static_cast<std::uint64_t>(bytes)) : nullptr;
  if (level == nullptr) return {};
  return level->joules * bits / table.access_bits;
}

EnergyEstimate price(std::span<const Work> work, const PriceTable& table) {
  table.validate();
  EnergyEstimate estimate;
  estimate.table = table.name;
  for (const Work& each : work) estimate.parts.push_back({each.name, 0.0});
  const OperationCounts counts = total(work);
  double sum = 0.0;
  std::vector<std::string> missing;
  for (const Operation operation : all_operations()) {
    const std::uint64_t count = counts[operation];
    if (count == 0) continue;
    const Price* price = table.find(operation);
    if (price == nullptr) {
      estimate.uncovered.push_back({operation, count});
      continue;
    }
    EnergyRow row{operation, count, price->joules, {}, {}};
    Charge charge{operation, table};
    if (price->joules || price->by_size)
      for (std::size_t i = 0; i < work.size(); ++i) charge.add(work[i], estimate.parts[i]);
    if ((price->joules || price->by_size) && charge.unpriced.empty()) {
      row.joules = price->joules ? static_cast<double>(count) * *price->joules : charge.joules;
      sum += *row.joules;
    } else if (const auto payer = payer_of(*price, counts)) {
      row.included_in = payer;
    } else {  // also when the class that would have paid for it was never performed
      missing.push_back(term(charge, price->by_size));
    }
    estimate.rows.push_back(row);
  }
  if (!missing.empty()) {
    estimate.refusal = fmt::format("price table {} has no price for {}", table.name, fmt::join(missing, ", "));
  } else if (estimate.rows.empty() && !estimate.uncovered.empty()) {
    estimate.refusal = fmt::format("price table {} covers no operation that was performed", table.name);
  } else {
    estimate.total_joules = sum;
  }
  return estimate;
}

EnergyEstimate price(const OperationCounts& counts, const PriceTable& table) {
  const Work work[] = {{.name = "the counts", .counts = counts}};
  return price(work, table);
}

std::string joules_text(double joules) {
  struct Prefix {
    double factor;
    std::string_view text;
  };
  constexpr std::array<Prefix, 8> prefixes = {
      {{1e6, "MJ"}, {1e3, "kJ"}, {1.0, "J"}, {1e-3, "mJ"}, {1e-6, "uJ"}, {1e-9, "nJ"}, {1e-12, "pJ"}, {1e-15, "fJ"}}};
  if (joules == 0.0 || !std::isfinite(joules)) return fmt::format("{} J", joules);
  for (const Prefix& prefix : prefixes) {
    // Half a unit of the last digit shown: 999.96 pJ is printed as 1 nJ.
    if (std::abs(joules) >= prefix.factor * 0.99995)
      return fmt::format("{:.4g} {}", joules / prefix.factor, prefix.text);
  }
  return fmt::format("{:.4g} fJ", joules / 1e-15);
}

}  // namespace synop
