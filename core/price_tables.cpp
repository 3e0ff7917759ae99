#include "synop/core/price_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

std::string_view name(Evidence evidence) {
  constexpr std::array<std::string_view, 4> names = {"measured", "simulated", "estimated", "derived"};
  return names.at(static_cast<std::size_t>(evidence));
}

const Price* PriceTable::find(Operation operation) const {
  const auto found =
      std::find_if(prices.begin(), prices.end(), [&](const Price& price) { return price.operation == operation; });
  return found == prices.end() ? nullptr : &*found;
}

std::vector<Operation> PriceTable::covered() const {
  std::vector<Operation> operations;
  for (const Price& price : prices) operations.push_back(price.operation);
  return operations;
}

const MemoryLevel* PriceTable::level_for(std::uint64_t bytes) const {
  const auto holds = [&](const MemoryLevel& level) { return !level.bytes || *level.bytes >= bytes; };
  const auto found = std::find_if(memory.begin(), memory.end(), holds);
  return found == memory.end() ? nullptr : &*found;
}

void PriceTable::validate() const {
  for (const Price& price : prices) validate(price);
  if (std::none_of(prices.begin(), prices.end(), [](const Price& price) { return price.by_size; })) return;
  if (memory.empty() || access_bits == 0 || weight_bits == 0 || state_bits == 0)
    throw Error(ErrorKind::model, fmt::format("price table {} prices memory by size, so it needs memories and the widths "
                                              "access_bits, weight_bits and state_bits; it has {} memories, {}, {} and {}",
                                              name, memory.size(), access_bits, weight_bits, state_bits));
  for (std::size_t i = 0; i < memory.size(); ++i) {
    check_price(memory[i].name, memory[i].joules);
    const bool last = i + 1 == memory.size();
    if (!last && (!memory[i].bytes || (memory[i + 1].bytes && *memory[i + 1].bytes <= *memory[i].bytes)))
      throw Error(ErrorKind::model, fmt::format("price table {}: memory '{}' must be larger than '{}', before it, and only "
                                                "the last may be without a limit",
                                                name, memory[i + 1].name, memory[i].name));
  }
}

void PriceTable::check_price(std::string_view term, double joules) const {
  if (std::isfinite(joules) && joules >= 0.0) return;
  throw Error(ErrorKind::model,
              fmt::format("price table {}: {} costs {} J, outside the allowed range [0, inf)", name, term, joules));
}

void PriceTable::validate(const Price& price) const {
  const std::string_view term = synop::name(price.operation);
  if (find(price.operation) != &price)
    throw Error(ErrorKind::model, fmt::format("price table {} lists {} twice", name, term));
  if (price.joules) check_price(term, *price.joules);
  if (price.by_size && (price.joules || !price.included_in.empty() || !is_memory_access(price.operation)))
    throw Error(ErrorKind::model, fmt::format("price table {}: {} cannot be priced by size: it has another price or is no "
                                              "access to memory",
                                              name, term));
  for (const Operation other : price.included_in) {
    const Price* const container = find(other);
    if (price.joules || container == nullptr || !container->joules)
      throw Error(ErrorKind::model, fmt::format("price table {}: {} is included in {}, so it can have no price itself "
                                                "and {} must have one",
                                                name, term, synop::name(other), synop::name(other)));
  }
}

bool is_memory_access(Operation operation) {
  switch (operation) {
    case Operation::weight_read:
    case Operation::weight_write:
    case Operation::state_read:
    case Operation::state_write:
    case Operation::activation_read:
    case Operation::index_read: return true;
    default: return false;
  }
}

}  // namespace synop
