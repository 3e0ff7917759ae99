#include "synop/io/energy/account_text.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include "synop/io/run/print_result.hpp"

namespace synop {

namespace {

std::string joules_or_refused(const std::optional<double>& joules) {
  return joules ? joules_text(*joules) : "refused";
}

std::string span_text(const Span& span) {
  return span.low == span.high ? joules_text(span.low) : joules_text(span.low) + " to " + joules_text(span.high);
}

std::string ratio_text(const Span& span) {
  return span.low == span.high ? fmt::format("{:.3g}", span.low) : fmt::format("{:.3g} to {:.3g}", span.low, span.high);
}

std::string traffic_text(const TableAccount& t) {
  return t.memory_included ? "memory in the prices" : std::string(name(t.traffic));
}

void print_head(std::ostream& out, const EnergyAccount& a) {
  const Ledger& ledger = a.result.ledger;
  fmt::print(out, "{}: {} inference{} of {:g} ms{}\n", a.result.experiment, grouped(ledger.inferences),
             ledger.inferences == 1 ? "" : "s", ledger.simulated.ms() / static_cast<double>(ledger.inferences),
             a.result.accuracy ? fmt::format(", accuracy {:.2f} %", 100.0 * *a.result.accuracy) : "");
  if (a.result.is_task) fmt::print(out, "job: {}\n", a.result.job);
  for (const auto& [grid, accuracy] : a.result.grids)
    fmt::print(out, "accuracy {:.2f} % with spikes on a grid of {:g} ms\n", 100.0 * accuracy, grid.ms());
  fmt::print(out, "assumed: steps of {:g} ms, so T = {:g}; {} code\n", a.options.code.step.ms(), a.steps,
             a.options.code.latency ? "latency" : "rate");
  fmt::print(out, "S = {:.4g} operations per synapse and inference, s = S / T = {:.3g} %\n", a.spikes_per_synapse,
             a.steps > 0.0 ? 100.0 * a.spikes_per_synapse / a.steps : 0.0);
  fmt::print(out, "activation sparsity {:.3f} % of neurons and steps without a spike; connection sparsity {:.3f} %\n",
             100.0 * a.activation_sparsity, 100.0 * a.connection_sparsity);
}

void print_thresholds(std::ostream& out, const EnergyAccount& a) {
  fmt::print(out, "\n{:<78} {:>13} {:>9}\n", "published limits of S", "limit", "spiking");
  for (const ThresholdStanding& each : a.thresholds) {
    const Threshold& t = each.threshold;
    fmt::print(out, "  {:<76} {:>13} {:>9}\n", t.name,
               t.low == t.high ? fmt::format("{:.3g}", t.low) : fmt::format("{:g} to {:g}", t.low, t.high),
               name(each.standing));
  }
}

void print_opponents(std::ostream& out, const EnergyAccount& a) {
  const auto percent = [](const std::optional<double>& x) { return x ? fmt::format("{:.2f} %", 100.0 * *x) : "-"; };
  fmt::print(out, "\n{:<4} {:<68} {:>14} {:>10} {:>14}\n", "", "compared with, per inference", "MACs", "accuracy",
             "8-bit weights");
  for (std::size_t i = 0; i < a.opponents.size(); ++i) {
    const Opponent& o = a.opponents[i];
    fmt::print(out, "  {:<2} {:<68} {:>14} {:>10} {:>14}\n", i + 1,
               o.kind == "same topology" || o.kind == "bit-matched" ? o.name : o.kind + ": " + o.name,
               o.macs == 0 ? "none" : grouped(o.macs), percent(o.accuracy), percent(o.int8_accuracy));
  }
}

void print_summaries(std::ostream& out, const EnergyAccount& a) {
  if (a.summaries.empty()) fmt::print(out, "\nno price table has prices for both sides: there is no ratio\n");
  std::vector<std::pair<double, Traffic>> groups;
  for (const NodeSummary& s : a.summaries)
    if (std::find(groups.begin(), groups.end(), std::pair{s.node_nm, s.traffic}) == groups.end())
      groups.emplace_back(s.node_nm, s.traffic);
  for (const auto& [node, traffic] : groups) {
    bool first = true;
    for (const NodeSummary& s : a.summaries) {
      if (s.node_nm != node || s.traffic != traffic) continue;
      if (first) {
        std::set<std::string_view> evidence;
        for (const Evidence each : s.evidence) evidence.insert(name(each));
        fmt::print(out, "\n{}, {}; modelled, over {} table{} ({})\n", node_text(node), name(traffic), s.tables.size(),
                   s.tables.size() == 1 ? "" : "s", fmt::join(evidence, ", "));
        fmt::print(out, "  {:<4} {:>26} {:>26} {:>20}   {}\n", "", "spiking per inference", "other", "ratio",
                   "verdict");
      }
      first = false;
      fmt::print(out, "  {:<4} {:>26} {:>26} {:>20}   {}\n", s.opponent + 1, span_text(s.spiking), span_text(s.other),
                 ratio_text(s.ratio), s.verdict);
    }
  }
}

void print_table_lines(std::ostream& out, const EnergyAccount& a) {
  fmt::print(out, "\n{:<25} {:<24} {:>8} {:>9} {:>14} {:>14} {:>9}\n", "price table", "memory", "node", "evidence",
             "per inference", "training", "S*");
  for (const TableAccount& t : a.tables)
    fmt::print(out, "{:<25} {:<24} {:>8} {:>9} {:>14} {:>14} {:>9}\n", t.table.name, traffic_text(t),
               node_text(t.table.node_nm), name(t.table.evidence), joules_or_refused(t.spiking.joules),
               t.spiking.training_joules ? joules_text(*t.spiking.training_joules) : "-",
               t.break_even ? fmt::format("{:.3g}", *t.break_even) : "-");
  std::set<std::string> said;
  const auto say = [&](const std::string& text) {
    if (!text.empty() && said.insert(text).second) fmt::print(out, "  {}\n", text);
  };
  for (const TableAccount& t : a.tables) {
    say(t.spiking.refusal);
    if (!t.spiking.training_refusal.empty()) say("training: " + t.spiking.training_refusal);
    for (const Contest& c : t.contests) say(c.cost.refusal);
    std::vector<std::string_view> names;
    for (const UncoveredCount& each : t.spiking.uncovered) names.push_back(name(each.operation));
    if (!names.empty())
      say(fmt::format("not covered by {}, and not in its total: {}", t.table.name, fmt::join(names, ", ")));
  }
}

void print_verdicts(std::ostream& out, const EnergyAccount& a) {
  fmt::print(out, "\nverdict\n");
  for (const std::string& sentence : a.verdicts) fmt::print(out, "  {}\n", sentence);
}

// Against the opponent that decides.
void print_sensitivities(std::ostream& out, const EnergyAccount& a) {
  bool first = true;
  for (const TableAccount& t : a.tables) {
    if (!t.decisive) continue;
    const Contest& c = t.contests[*t.decisive];
    if (first)
      fmt::print(
          out,
          "\nthe two prices that matter most: what 1 % more does to the ratio, and the ratio if the price doubles\n");
    first = false;
    std::string text;
    for (const Sensitivity& s : c.sensitivities)
      text += fmt::format("  {} {:+.2f} %, {:.3g}", name(s.operation), s.elasticity, s.ratio_if_doubled);
    fmt::print(out, "  {:<25} {:<24} against {:<2} ratio {:>8.3g}:{}\n", t.table.name, traffic_text(t), c.opponent + 1,
               *c.ratio, text);
  }
}

void print_life(std::ostream& out, const EnergyAccount& a) {
  std::map<std::pair<std::size_t, std::string>, std::vector<std::string>> said;  // where the same is to be said
  for (const TableAccount& t : a.tables)
    for (const Contest& c : t.contests)
      if (c.ratio && c.life.text != "training not known")
        said[{c.opponent, c.life.text}].push_back(fmt::format("{}, {}", t.table.name, traffic_text(t)));
  if (!said.empty()) fmt::print(out, "\nlife cycle: training and inferences together\n");
  for (const auto& [what, where] : said)
    fmt::print(out, "  against {:<2} {} ({})\n", what.first + 1, what.second,
               where.size() == 1 ? where.front() : fmt::format("{} ways to charge", where.size()));
}

void print_views(std::ostream& out, const EnergyAccount& a) {
  fmt::print(out, "\nas other tools count, per inference (docs/energy_views.md)\n");
  for (const View& view : a.views) {
    std::string text;
    for (const Quantity& q : view.quantities)
      text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", q.name, q.value);
    fmt::print(out, "  {:<15} {}\n", view.tool, text);
  }
}

void print_measured(std::ostream& out, const EnergyAccount& a) {
  const MeasuredEnergy& m = a.result.measured;
  fmt::print(out, "\nenergy of this simulation on this machine, no modelled one: {}\n", measured_text(m));
  fmt::print(out, "  {:<24} {:<26} {:>12} {:>28}\n", "others, measured", "", "times slower", "uJ per synaptic event");
  for (const PublishedSimulation& each : published_simulations())
    fmt::print(out, "  {:<24} {:<26} {:>12.3g} {:>28.3g}\n", each.study, each.platform, each.real_time_factor,
               each.microjoules_per_event);
  fmt::print(out, "  {:<24} {:<26} {:>12} {:>28}\n", "this run", "", "",
             m.microjoules_per_event() ? fmt::format("{:.3g}", *m.microjoules_per_event()) : "not measured");
  fmt::print(out, "  (the others: Potjans & Diesmann's microcircuit, at the power outlet; another network is another job)\n");
}

void print_carbon(std::ostream& out, const EnergyAccount& a) {
  if (!a.options.grid) return;
  const Grid& grid = *a.options.grid;
  fmt::print(out, "\ncarbon of 10^9 inferences, grid {} {:g} g CO2e/kWh{} ({}), PUE {:g} ({})\n", grid.name,
             grid.grams_per_kwh, grid.year != 0 ? fmt::format(" in {}", grid.year) : "", grid.source,
             a.options.pue.value, a.options.pue.source);
  for (const TableAccount& t : a.tables)
    if (t.spiking.joules)
      fmt::print(out, "  {:<25} {:<24} {:.4g} kWh, {:.4g} g CO2e\n", t.table.name, traffic_text(t),
                 kwh_of(*t.spiking.joules * 1e9), grams_co2e(*t.spiking.joules * 1e9, grid, a.options.pue));
}

}  // namespace

std::string node_text(double node_nm) {
  return node_nm == 0.0 ? "unknown" : fmt::format("{:g} nm", node_nm);
}

void print_account(std::ostream& out, const EnergyAccount& account) {
  print_head(out, account);
  print_thresholds(out, account);
  print_opponents(out, account);
  print_verdicts(out, account);
  print_summaries(out, account);
  print_table_lines(out, account);
  print_sensitivities(out, account);
  print_life(out, account);
  print_views(out, account);
  print_measured(out, account);
  print_carbon(out, account);
  for (const std::string& remark : account.remarks) fmt::print(out, "note: {}\n", remark);
  fmt::print(out, "All joules are modelled from counts and published prices, but for those of the simulation itself.\n");
}

}  // namespace synop
