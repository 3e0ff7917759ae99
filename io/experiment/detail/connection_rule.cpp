#include <algorithm>

#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"
#include "synop/synapses/connect/fixed_total_number.hpp"

namespace synop::detail {

namespace {

using Kind = ConnectionRuleSection::Kind;

// Neurons that are in both slices: the possible autapses.
std::uint32_t overlap(const PopulationSlice& a, const PopulationSlice& b) {
  const std::uint32_t first = std::max(a.first, b.first);
  const std::uint32_t last = std::min(a.last, b.last);
  return a.population == b.population && first < last ? last - first : 0;
}

bool check_indegree(TableReader& table, const ConnectionRuleSection& rule, const PopulationSlice& source,
                    const PopulationSlice& target) {
  const bool excludes_itself = !rule.allow_autapses && overlap(source, target) > 0;
  const std::uint32_t available = source.size() - (excludes_itself ? 1 : 0);
  const bool enough = rule.allow_multapses ? available > 0 || rule.indegree == 0 : rule.indegree <= available;
  if (!enough)
    table.report(
        "indegree",
        fmt::format("value {} is more than the {} sources available to a target; allowed: [0, {}]{}", rule.indegree,
                    available, available, rule.allow_multapses ? "" : ", or allow_multapses = true"));
  return enough;
}

bool check_total_number(TableReader& table, const ConnectionRuleSection& rule, const PopulationSlice& source,
                        const PopulationSlice& target) {
  const bool only_autapses = source.size() == 1 && target.size() == 1 && overlap(source, target) == 1;
  if (rule.allow_autapses || !only_autapses || rule.N == 0) return true;
  table.report("N", fmt::format("value {} with only an autapse to place it on; allowed: 0, or allow_autapses = true", rule.N));
  return false;
}

bool read_connections(const Value& value, const PopulationSlice& source, const PopulationSlice& target,
                      ConnectionList& out) {
  const auto pairs = value.items(0, "an array of pairs [source, target]");
  if (!pairs) return false;
  for (const Value& item : *pairs) {
    const auto pair = item.items(2, "a pair [source, target]");
    if (!pair) continue;
    const auto from = (*pair)[0].integer(0, std::int64_t{source.size()} - 1);
    const auto to = (*pair)[1].integer(0, std::int64_t{target.size()} - 1);
    if (!from || !to) continue;
    out.sources.push_back(static_cast<std::uint32_t>(*from));
    out.targets.push_back(static_cast<std::uint32_t>(*to));
  }
  return out.size() == pairs->size();
}

bool read_explicit(TableReader& table, const ReadContext& context, const PopulationSlice* source,
                   const PopulationSlice* target, ConnectionRuleSection& rule) {
  const std::optional<Value> connections = table.find("connections");
  const bool file = table.find("file").has_value();
  if (connections.has_value() == file) {
    table.report("connections", "rule explicit needs exactly one of the keys connections and file");
    return false;
  }
  if (file) return read_path(table, "file", context, rule.file);
  return source && target && read_connections(*connections, *source, *target, rule.connections);
}

void refuse_keys_of_other_rules(TableReader& table, Kind kind) {
  struct KeyOfRule {
    std::string_view key;
    Kind kind;
    std::string_view rule;
  };
  constexpr KeyOfRule keys[] = {{"indegree", Kind::fixed_indegree, "fixed_indegree"},
                                {"N", Kind::fixed_total_number, "fixed_total_number"},
                                {"p", Kind::pairwise_bernoulli, "pairwise_bernoulli"},
                                {"connections", Kind::explicit_list, "explicit"},
                                {"file", Kind::explicit_list, "explicit"}};
  for (const KeyOfRule& entry : keys)
    if (entry.kind != kind)
      table.refuse(entry.key,
                   fmt::format("this key has no effect on the rule given; allowed: with rule {}", entry.rule));
  if (kind == Kind::one_to_one || kind == Kind::explicit_list)
    table.refuse("allow_autapses",
                 "this key has no effect on the rule given; allowed: with rule all_to_all, fixed_indegree, "
                 "fixed_total_number or pairwise_bernoulli");
  if (kind != Kind::fixed_indegree)
    table.refuse("allow_multapses", "this key has no effect on the rule given; allowed: with rule fixed_indegree");
}

}  // namespace

bool read_connection_rule(TableReader& table, const ReadContext& context, const PopulationSlice* source,
                          const PopulationSlice* target, ConnectionRuleSection& rule) {
  table.boolean("allow_autapses", rule.allow_autapses);
  table.boolean("allow_multapses", rule.allow_multapses);
  const bool known = table.choice<Kind>(table.required("rule"), rule.kind,
                                        {{"one_to_one", Kind::one_to_one},
                                         {"all_to_all", Kind::all_to_all},
                                         {"fixed_indegree", Kind::fixed_indegree},
                                         {"fixed_total_number", Kind::fixed_total_number},
                                         {"pairwise_bernoulli", Kind::pairwise_bernoulli},
                                         {"explicit", Kind::explicit_list}});
  if (!known) {
    for (const std::string_view key : {"indegree", "N", "p", "connections", "file"}) table.find(key);
    return false;
  }
  refuse_keys_of_other_rules(table, rule.kind);
  switch (rule.kind) {
    case Kind::one_to_one:
      if (!source || !target || source->size() == target->size()) return true;
      table.report("rule", fmt::format("one_to_one joins {} sources to {} targets; allowed: equal numbers",
                                       source->size(), target->size()));
      return false;
    case Kind::all_to_all:
      return true;
    case Kind::fixed_indegree:
      return table.integer(table.required("indegree"), rule.indegree, 0, max_count) &&
             (!source || !target || check_indegree(table, rule, *source, *target));
    case Kind::fixed_total_number:
      return table.integer(table.required("N"), rule.N, 0, static_cast<std::int64_t>(FixedTotalNumber::largest_N)) &&
             (!source || !target || check_total_number(table, rule, *source, *target));
    case Kind::pairwise_bernoulli:
      return table.quantity(table.required("p"), rule.p, "", unit_interval);
    case Kind::explicit_list:
      return read_explicit(table, context, source, target, rule);
  }
  return false;
}

std::optional<std::uint64_t> synapse_count(const ConnectionRuleSection& rule, const PopulationSlice& source,
                                           const PopulationSlice& target) {
  const std::uint64_t targets = target.size();
  switch (rule.kind) {
    case Kind::one_to_one:
      return targets;
    case Kind::all_to_all:
      return source.size() * targets - (rule.allow_autapses ? 0 : overlap(source, target));
    case Kind::fixed_indegree:
      return rule.indegree * targets;
    case Kind::fixed_total_number:
      return rule.N;
    case Kind::pairwise_bernoulli:
      return std::nullopt;
    case Kind::explicit_list:
      if (!rule.file.empty()) return std::nullopt;
      return rule.connections.size();
  }
  return std::nullopt;
}

}  // namespace synop::detail
