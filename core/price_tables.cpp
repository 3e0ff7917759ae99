#include "synop/core/price_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double pJ = 1e-12;

constexpr std::string_view horowitz =
    "M. Horowitz, Computing's energy problem (and what we can do about it), ISSCC 2014, pp. 10-14";

Price priced(Operation operation, double joules) {
  return {operation, joules, {}};
}
Price included(Operation operation, Operation in) {
  return {operation, {}, in};
}
Price unpriced(Operation operation) {
  return {operation, {}, {}};
}

PriceTable compute_only(std::string_view name, std::string_view format, double add, double multiply) {
  return {.name = std::string(name),
          .title = fmt::format("45 nm, {}, arithmetic only", format),
          .source = fmt::format("{}: addition {:g} pJ, multiplication {:g} pJ", horowitz, add / pJ, multiply / pJ),
          .node_nm = 45,
          .supply_volts = 0.9,
          .evidence = Evidence::estimated,
          .prices = {priced(Operation::synaptic_add, add), priced(Operation::mac, add + multiply),
                     priced(Operation::bias_add, add)}};
}

// Arithmetic and its operands: 32-bit words in a 32 KB memory whose published access of 64 bits costs 20 pJ.
PriceTable with_memory(std::string_view name, std::string_view format, double add, double multiply) {
  constexpr double access = 20.0 * pJ / 2;
  PriceTable table = compute_only(name, format, add, multiply);
  table.title = fmt::format("45 nm, {}, operands in 32 KB of SRAM", format);
  table.source +=
      "; 64-bit access to 32 KB of SRAM 20 pJ, halved for 32 bits; a neuron update is taken as one "
      "multiplication, a comparison and a reset as one addition each";
  table.evidence = Evidence::derived;
  for (const Operation operation : {Operation::weight_read, Operation::weight_write, Operation::state_read,
                                    Operation::state_write, Operation::activation_read}) {
    table.prices.push_back(priced(operation, access));
  }
  table.prices.push_back(priced(Operation::neuron_update, multiply));
  table.prices.push_back(priced(Operation::threshold_compare, add));
  table.prices.push_back(priced(Operation::reset, add));
  return table;
}

PriceTable loihi() {
  return {
      .name = "loihi_2018",
      .title = "Loihi, 14 nm, smallest cost of a synaptic operation",
      .source =
          "M. Davies et al., Loihi: a neuromorphic manycore processor with on-chip learning, IEEE Micro 38(1), "
          "2018, table 2: 23.6 pJ per synaptic operation (minimum), 81 pJ per update of an active neuron, "
          "120 pJ per synaptic update of pairwise STDP; no multiply-accumulate of graded values is priced",
      .node_nm = 14,
      .supply_volts = 0.75,
      .evidence = Evidence::simulated,
      .prices = {priced(Operation::synaptic_add, 23.6 * pJ), unpriced(Operation::mac),
                 included(Operation::weight_read, Operation::synaptic_add),
                 included(Operation::state_read, Operation::synaptic_add),
                 included(Operation::state_write, Operation::synaptic_add), priced(Operation::neuron_update, 81 * pJ),
                 included(Operation::threshold_compare, Operation::neuron_update),
                 included(Operation::reset, Operation::neuron_update), priced(Operation::plasticity_update, 120 * pJ),
                 included(Operation::weight_write, Operation::plasticity_update)}};
}

}  // namespace

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

void PriceTable::validate() const {
  for (const Price& price : prices) {
    const std::string_view term = synop::name(price.operation);
    if (find(price.operation) != &price) {
      throw Error(ErrorKind::model, fmt::format("price table {} lists {} twice", name, term));
    }
    if (price.joules && !(std::isfinite(*price.joules) && *price.joules >= 0.0)) {
      throw Error(ErrorKind::model, fmt::format("price table {}: {} costs {} J, outside the allowed range [0, inf)",
                                                name, term, *price.joules));
    }
    if (!price.included_in) continue;
    const Price* container = find(*price.included_in);
    if (price.joules || container == nullptr || !container->joules) {
      throw Error(ErrorKind::model,
                  fmt::format("price table {}: {} is included in {}, so it can have no price itself "
                              "and {} must have one",
                              name, term, synop::name(*price.included_in), synop::name(*price.included_in)));
    }
  }
}

std::span<const PriceTable> builtin_price_tables() {
  static const std::array<PriceTable, 5> tables = {
      compute_only("horowitz45_fp32_compute", "32-bit floating point", 0.9 * pJ, 3.7 * pJ),
      compute_only("horowitz45_int8_compute", "8-bit integers", 0.03 * pJ, 0.2 * pJ),
      with_memory("horowitz45_fp32_sram", "32-bit floating point", 0.9 * pJ, 3.7 * pJ),
      with_memory("horowitz45_int32_sram", "32-bit integers", 0.1 * pJ, 3.1 * pJ), loihi()};
  return tables;
}

const PriceTable& find_price_table(std::string_view name) {
  std::vector<std::string_view> known;
  for (const PriceTable& table : builtin_price_tables()) {
    if (table.name == name) return table;
    known.push_back(table.name);
  }
  throw Error(ErrorKind::model, fmt::format("there is no price table '{}'{}", name, did_you_mean(name, known)));
}

}  // namespace synop
