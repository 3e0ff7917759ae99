#include "synop/io/energy/energy_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace synop {

namespace {

using nlohmann::ordered_json;
using Cells = std::array<std::string, 5>;  // operation, then count and energy of the spiking network and of the ANN

// What one side did and paid per inference.
struct Side {
  const EnergyEstimate& estimate;
  double inferences;

  const EnergyRow* row(Operation operation) const {
    for (const EnergyRow& row : estimate.rows) {
      if (row.operation == operation) return &row;
    }
    return nullptr;
  }
};

std::string count_text(double count) {
  if (count == std::floor(count)) return fmt::format("{:.0f}", count);
  return count < 100 ? fmt::format("{:.3g}", count) : fmt::format("{:.1f}", count);
}

std::string energy_cell(const EnergyRow& row, double inferences) {
  if (row.joules) return joules_text(*row.joules / inferences);
  return row.included_in ? fmt::format("in {}", name(*row.included_in)) : "no price";
}

void fill(Cells& cells, std::size_t column, const Side& side, Operation operation) {
  const EnergyRow* row = side.row(operation);
  if (row == nullptr) return;
  cells[column] = count_text(static_cast<double>(row->count) / side.inferences);
  cells[column + 1] = energy_cell(*row, side.inferences);
}

std::string total_text(const std::optional<double>& joules) {
  return joules ? joules_text(*joules) : "refused";
}

std::vector<Cells> table_of(const Comparison& c, const Side& spiking, const Side& ann) {
  std::vector<Cells> lines = {{"per inference", "spiking", "modelled", c.ann.name, "modelled"}};
  for (const Operation operation : all_operations()) {
    if (spiking.row(operation) == nullptr && ann.row(operation) == nullptr) continue;
    Cells cells = {std::string(name(operation)), "-", "-", "-", "-"};
    fill(cells, 1, spiking, operation);
    fill(cells, 3, ann, operation);
    lines.push_back(cells);
  }
  lines.push_back({"total", "", total_text(c.spiking_joules), "", total_text(c.ann_joules)});
  return lines;
}

void print_lines(std::ostream& out, const std::vector<Cells>& lines) {
  std::array<std::size_t, 5> widths{};
  for (const Cells& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  for (const Cells& cells : lines) {
    out << fmt::format("  {:<{}}", cells[0], widths[0]);
    for (std::size_t i = 1; i < cells.size(); ++i) out << fmt::format("  {:>{}}", cells[i], widths[i]);
    out << '\n';
  }
}

void print_remarks(std::ostream& out, std::string_view who, const Side& side) {
  if (!side.estimate.refusal.empty()) out << fmt::format("  no total for {}: {}\n", who, side.estimate.refusal);
  for (const UncoveredCount& each : side.estimate.uncovered) {
    out << fmt::format("  not covered for {}: {} {}\n", who,
                       count_text(static_cast<double>(each.count) / side.inferences), name(each.operation));
  }
}

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json side_json(const Side& side, double accuracy, const std::optional<double>& joules) {
  ordered_json rows = ordered_json::array();
  for (const EnergyRow& row : side.estimate.rows) {
    ordered_json entry = {{"operation", name(row.operation)},
                          {"count_per_inference", static_cast<double>(row.count) / side.inferences},
                          {"joules_each", or_null(row.joules_each)},
                          {"modelled_joules_per_inference", nullptr}};
    if (row.joules) entry["modelled_joules_per_inference"] = *row.joules / side.inferences;
    if (row.included_in) entry["included_in"] = name(*row.included_in);
    rows.push_back(std::move(entry));
  }
  ordered_json uncovered = ordered_json::object();
  for (const UncoveredCount& each : side.estimate.uncovered) {
    uncovered[std::string(name(each.operation))] = static_cast<double>(each.count) / side.inferences;
  }
  return {{"accuracy", accuracy},
          {"modelled_joules_per_inference", or_null(joules)},
          {"refusal", side.estimate.refusal},
          {"operations", rows},
          {"not_covered_count_per_inference", uncovered}};
}

}  // namespace

void print_comparison(std::ostream& out, const Comparison& c) {
  const Side spiking{c.spiking_energy, static_cast<double>(c.spiking.inferences)};
  const Side ann{c.ann_energy, 1.0};
  out << fmt::format("Modelled energy by {}: {} ({})\n  {}\n", c.table.name, c.table.title, name(c.table.evidence),
                     c.table.source);
  print_lines(out, table_of(c, spiking, ann));
  print_remarks(out, "spiking", spiking);
  print_remarks(out, c.ann.name, ann);
  out << fmt::format("  spikes per synapse and inference S = {:.4g}", c.spikes_per_synapse);
  if (c.break_even) out << fmt::format(", break-even S* = {:.4g}", *c.break_even);
  out << '\n' << c.sentence << '\n';
}

std::string comparison_json(const Comparison& c) {
  const Side spiking{c.spiking_energy, static_cast<double>(c.spiking.inferences)};
  const Side ann{c.ann_energy, 1.0};
  ordered_json ann_json = side_json(ann, c.ann.accuracy, c.ann_joules);
  ann_json["name"] = c.ann.name;
  const ordered_json json = {{"table", c.table.name},
                             {"title", c.table.title},
                             {"source", c.table.source},
                             {"node_nm", c.table.node_nm},
                             {"supply_volts", or_null(c.table.supply_volts)},
                             {"evidence", name(c.table.evidence)},
                             {"inferences", c.spiking.inferences},
                             {"synapses", c.spiking.synapses},
                             {"spiking", side_json(spiking, c.spiking.accuracy, c.spiking_joules)},
                             {"ann", ann_json},
                             {"ratio", or_null(c.ratio)},
                             {"spikes_per_synapse", c.spikes_per_synapse},
                             {"break_even_spikes_per_synapse", or_null(c.break_even)},
                             {"verdict", name(c.verdict)},
                             {"sentence", c.sentence}};
  return json.dump(2);
}

}  // namespace synop
