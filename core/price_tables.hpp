#pragma once

#include <cstdint>
#include <optional>
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

// What a table says about a class of operation it covers: a price, or that the price follows from the size of the memory
// that is accessed, or that the price of another class (one of several) contains it, or neither. A class that is covered
// without a price makes the total refuse: it costs something and nobody knows how much. So does one that is included in
// classes of which none was performed: nothing paid for it.
struct Price {
  Operation operation;
  std::optional<double> joules;             // per operation
  std::vector<Operation> included_in = {};  // whose prices already contain this one; then joules is empty
  bool by_size = false;                     // PriceTable::memory has it; then the others are empty

  bool operator==(const Price&) const = default;
};

// A memory and what one access costs, whichever way.
struct MemoryLevel {
  std::string name;
  std::optional<std::uint64_t> bytes;  // capacity; unset: holds everything
  double joules = 0.0;                 // per access of PriceTable::access_bits

  bool operator==(const MemoryLevel&) const = default;
};

// Prices of operations on one kind of hardware, with their source.
struct PriceTable {
  std::string name;
  std::string title;
  std::string source;  // citation, and the derivation where there is one
  double node_nm = 0.0;  // 0: not known, and then comparable with no other table
  std::optional<double> supply_volts;
  Evidence evidence = Evidence::estimated;
  bool clocked = false;       // the chip updates every neuron in every step, also those that nothing reached
  std::vector<Price> prices;  // one per covered class
  // For prices by size. An array lies in the first level that holds it; several words share an access.
  std::vector<MemoryLevel> memory = {};  // ascending in bytes
  unsigned access_bits = 0;
  unsigned weight_bits = 0;  // also of activations
  unsigned state_bits = 0;   // of one state variable, trace or partial sum

  const Price* find(Operation operation) const;  // null when the table does not cover it
  std::vector<Operation> covered() const;
  // The memory that holds an array of so many bytes; null when none does.
  const MemoryLevel* level_for(std::uint64_t bytes) const;

  // Error(model) unless every class appears once, prices are finite and not negative, "included in" names a class
  // that has a price, and prices by size have memories that ascend and widths of at least one bit.
  void validate() const;

 private:
  void validate(const Price& price) const;
  void check_price(std::string_view term, double joules) const;
};

// Whether operations of this class move data, and so may be priced by the size of the memory.
bool is_memory_access(Operation operation);

}  // namespace synop
