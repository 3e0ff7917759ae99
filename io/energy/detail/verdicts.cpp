#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/io/energy/detail/costs.hpp"

namespace synop::detail {

namespace {

Span widened(Span range, double value, bool first) {
  return first ? Span{value, value} : Span{std::min(range.low, value), std::max(range.high, value)};
}

// The kinds of opponents from the one that decides most to the one that decides least.
std::optional<std::size_t> decisive_opponent(const EnergyAccount& account, const TableAccount& t) {
  for (const EquivalentKind kind :
       {EquivalentKind::equal_accuracy, EquivalentKind::bit_matched, EquivalentKind::same_topology}) {
    const Contest* cheapest = nullptr;
    for (const Contest& c : t.contests)
      if (c.ratio && account.opponents[c.opponent].kind == name(kind) &&
          (cheapest == nullptr || *c.cost.joules < *cheapest->cost.joules))
        cheapest = &c;
    if (cheapest != nullptr) return cheapest->opponent;
  }
  return {};
}

std::string verdict_sentence(const EnergyAccount& account, double node, Traffic traffic) {
  Span ratio;
  std::size_t tables = 0;
  std::vector<std::string> names;
  std::string kind;
  bool wins = true, loses = true;
  for (const TableAccount& t : account.tables) {
    if (t.table.node_nm != node || t.traffic != traffic || !t.decisive) continue;
    const Contest& c = t.contests[*t.decisive];
    ratio = widened(ratio, *c.ratio, tables++ == 0);
    wins = wins && c.verdict == Verdict::spiking_wins;
    loses = loses && c.verdict == Verdict::spiking_loses;
    kind = account.opponents[c.opponent].kind;
    const std::string text = account.opponents[c.opponent].name;
    if (std::find(names.begin(), names.end(), text) == names.end()) names.push_back(text);
  }
  if (tables == 0) return "";
  const char* const verdict = wins          ? "spiking wins"
                              : loses       ? "spiking loses"
                              : tables == 1 ? "about equal"
                                            : "it depends on the table";
  const std::string times = ratio.low == ratio.high ? fmt::format("{:.3g}", ratio.low)
                                                    : fmt::format("{:.3g} to {:.3g}", ratio.low, ratio.high);
  return fmt::format(
      "{:g} nm, {}: {}, {} times the modelled energy of the cheapest network of {} ({}), over {} table{}", node,
      name(traffic), verdict, times, kind, fmt::join(names, "; "), tables, tables == 1 ? "" : "s");
}

}  // namespace

void summarise(EnergyAccount& account) {
  for (const TableAccount& t : account.tables)
    for (const Contest& c : t.contests) {
      if (!c.ratio) continue;
      const auto same = [&](const NodeSummary& s) {
        return s.node_nm == t.table.node_nm && s.node_nm != 0.0 && s.traffic == t.traffic && s.opponent == c.opponent;
      };
      auto found = std::find_if(account.summaries.begin(), account.summaries.end(), same);
      const bool first = found == account.summaries.end();
      if (first)
        found = account.summaries.insert(found, {.node_nm = t.table.node_nm,
                                                 .traffic = t.traffic,
                                                 .opponent = c.opponent,
                                                 .tables = {},
                                                 .evidence = {},
                                                 .spiking = {},
                                                 .other = {},
                                                 .ratio = {},
                                                 .verdict = std::string(name(c.verdict))});
      found->tables.push_back(t.table.name);
      found->evidence.push_back(t.table.evidence);
      found->spiking = widened(found->spiking, *t.spiking.joules, first);
      found->other = widened(found->other, *c.cost.joules, first);
      found->ratio = widened(found->ratio, *c.ratio, first);
      if (found->verdict != name(c.verdict)) found->verdict = "depends on the table";
    }
}

void judge(EnergyAccount& account) {
  for (TableAccount& t : account.tables) t.decisive = decisive_opponent(account, t);
  std::vector<double> nodes;
  for (const TableAccount& t : account.tables)
    if (t.table.node_nm != 0.0 && std::find(nodes.begin(), nodes.end(), t.table.node_nm) == nodes.end())
      nodes.push_back(t.table.node_nm);
  for (const double node : nodes)
    for (const Traffic traffic : {Traffic::none, Traffic::every_use, Traffic::reused})
      if (std::string sentence = verdict_sentence(account, node, traffic); !sentence.empty())
        account.verdicts.push_back(std::move(sentence));
  if (account.verdicts.empty()) account.verdicts.push_back("undecided: no price table has prices for both sides");
}

}  // namespace synop::detail
