#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/operations.hpp"

namespace synop {

// How a table's figures came about, from the strongest to the weakest.
enum class Evidence {
  measured,   // on silicon
  simulated,  // of a circuit, before manufacture
  estimated,  // rough published figures
  derived,    // computed here from published figures, as the table's source says
};
std::string_view name(Evidence evidence);

// What a table says about a class of operation it covers: a price, or that another class's price contains it, or
// neither. A class that is covered without a price makes the total refuse: it costs something and nobody knows how
// much. So does one that is included in a class which was not performed: nothing paid for it.
struct Price {
  Operation operation;
  std::optional<double> joules;          // per operation
  std::optional<Operation> included_in;  // whose price already contains this one; then joules is empty

  bool operator==(const Price&) const = default;
};

// Prices of operations on one kind of hardware, with their source.
struct PriceTable {
  std::string name;
  std::string title;
  std::string source;  // citation, and the derivation where there is one
  double node_nm = 0.0;
  std::optional<double> supply_volts;
  Evidence evidence = Evidence::estimated;
  std::vector<Price> prices;  // one per covered class

  const Price* find(Operation operation) const;  // null when the table does not cover it
  std::vector<Operation> covered() const;

  // Error(model) unless every class appears once, prices are finite and not negative, and "included in" names a class
  // that has a price.
  void validate() const;
};

std::span<const PriceTable> builtin_price_tables();

// The built-in table of that name; Error(model) names the nearest one otherwise.
const PriceTable& find_price_table(std::string_view name);

}  // namespace synop
