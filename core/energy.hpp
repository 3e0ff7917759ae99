#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synop/core/price_tables.hpp"
#include "synop/core/work.hpp"

namespace synop {

// One class of operation that was performed and that the table covers.
struct EnergyRow {
  Operation operation;
  std::uint64_t count = 0;
  std::optional<double> joules_each;     // empty where it depends on the memory
  std::optional<double> joules;
  std::optional<Operation> included_in;  // paid for by the price of that class
};

struct UncoveredCount {
  Operation operation;
  std::uint64_t count = 0;
};

// What one part (a projection, a population, a layer) contributes to the total.
struct PartEnergy {
  std::string name;
  double joules = 0.0;
};

// Modelled energy: counts times the prices of one table. No idle power, no clock, no communication beyond what the
// table covers.
struct EnergyEstimate {
  std::string table;
  std::vector<EnergyRow> rows;
  std::vector<PartEnergy> parts;          // their sum is the total; without meaning where it is refused
  std::optional<double> total_joules;     // empty: refused
  std::string refusal;                    // which table lacks which price; empty when there is a total
  std::vector<UncoveredCount> uncovered;  // performed, but no part of the total
};

EnergyEstimate price(std::span<const Work> work, const PriceTable& table);
// Counts alone; refused by a table that prices memory by size.
EnergyEstimate price(const OperationCounts& counts, const PriceTable& table);

// What one operation of this class costs in this work: empty where the table has no price of its own for it, or the
// array is not known or too large for every memory.
std::optional<double> joules_each(Operation operation, const Work& work, const PriceTable& table);

// "11.01 uJ": four significant digits and an SI prefix from f to M.
std::string joules_text(double joules);

}  // namespace synop
