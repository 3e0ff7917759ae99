#include "synop/core/energy.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace synop {

EnergyEstimate price(const OperationCounts& counts, const PriceTable& table) {
  table.validate();
  EnergyEstimate estimate;
  estimate.table = table.name;
  double total = 0.0;
  std::vector<std::string_view> missing;
  for (const Operation operation : all_operations()) {
    const std::uint64_t count = counts[operation];
    if (count == 0) continue;
    const Price* price = table.find(operation);
    if (price == nullptr) {
      estimate.uncovered.push_back({operation, count});
      continue;
    }
    EnergyRow row{operation, count, price->joules, {}, {}};
    if (price->joules) {
      row.joules = static_cast<double>(count) * *price->joules;
      total += *row.joules;
    } else if (price->included_in && counts[*price->included_in] > 0) {
      row.included_in = price->included_in;
    } else {  // also when the class that would have paid for it was never performed
      missing.push_back(name(operation));
    }
    estimate.rows.push_back(row);
  }
  if (!missing.empty()) {
    estimate.refusal = fmt::format("price table {} has no price for {}", table.name, fmt::join(missing, ", "));
  } else if (estimate.rows.empty() && !estimate.uncovered.empty()) {
    estimate.refusal = fmt::format("price table {} covers no operation that was performed", table.name);
  } else {
    estimate.total_joules = total;
  }
  return estimate;
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
