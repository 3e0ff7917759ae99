#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/price_tables.hpp"

namespace synop {

// One class of operation that was performed and that the table covers.
struct EnergyRow {
  Operation operation;
  std::uint64_t count = 0;
  std::optional<double> joules_each;
  std::optional<double> joules;
  std::optional<Operation> included_in;  // paid for by the price of that class
};

struct UncoveredCount {
  Operation operation;
  std::uint64_t count = 0;
};

// Modelled energy: counts times the prices of one table. No idle power, no clock, no communication beyond what the
// table covers.
struct EnergyEstimate {
  std::string table;
  std::vector<EnergyRow> rows;
  std::optional<double> total_joules;     // empty: refused
  std::string refusal;                    // which table lacks which price; empty when there is a total
  std::vector<UncoveredCount> uncovered;  // performed, but no part of the total
};

EnergyEstimate price(const OperationCounts& counts, const PriceTable& table);

// "11.01 uJ": four significant digits and an SI prefix from f to M.
std::string joules_text(double joules);

}  // namespace synop
