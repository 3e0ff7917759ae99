#include <algorithm>

#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"
#include "synop/synapses/connect/fixed_total_number.hpp"
#include "synop/synapses/connect/pairwise_poisson.hpp"

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

bool check_outdegree(TableReader& table, const ConnectionRuleSection& rule, const PopulationSlice& source,
                     const PopulationSlice& target) {
  const bool excludes_itself = !rule.allow_autapses && overlap(source, target) > 0;
  const std::uint32_t available = target.size() - (excludes_itself ? 1 : 0);
  const bool enough = rule.allow_multapses ? available > 0 || rule.outdegree == 0 : rule.outdegree <= available;
  if (!enough)
    table.report("outdegree",
                 fmt::format("value {} is more than the {} targets available to a source; allowed: [0, {}]{}",
                             rule.outdegree, available, available,
                             rule.allow_multapses ? "" : ", or allow_multapses = true"));
  return enough;
}

bool check_symmetric(TableReader& table, const PopulationSlice& source, const PopulationSlice& target) {
  if (source == target) return true;
  table.report("rule", "symmetric_pairwise_bernoulli joins neurons with each other; allowed: source and target the same "
                       "neurons");
  return false;
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

bool is_one_of(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

struct KeyOfRules {
  std::string_view key;
  std::initializer_list<Kind> kinds;
  std::string_view rules;
};

constexpr std::string_view keys_of_rules[] = {"indegree", "outdegree", "N",   "p", "pairwise_avg_num_conns",
                                              "mask",     "connections", "file", "convolution"};

bool takes_mask(Kind kind) {
  return is_one_of(kind, {Kind::pairwise_bernoulli, Kind::fixed_indegree, Kind::fixed_outdegree});
}

// The keys `p` and `mask`, where they say how the rule depends on distance.
bool read_neighbourhood(TableReader& table, ConnectionRuleSection& rule) {
  const std::optional<Value> p = table.find("p");
  const bool by_distance = p && p->is_table();
  if (!by_distance && !table.has("mask")) return true;
  Neighbourhood near;
  near.p = rule.kind == Kind::pairwise_bernoulli ? rule.p : 1.0;
  if (table.has("mask") && !read_mask(table, near.mask)) return false;
  if (by_distance && !read_distance_function(*p, "", &near.cutoff, near.function.emplace())) return false;
  rule.near = near;
  return true;
}

void refuse_keys_of_other_rules(TableReader& table, Kind kind) {
  const KeyOfRules keys[] = {
      {"indegree", {Kind::fixed_indegree}, "fixed_indegree"},
      {"outdegree", {Kind::fixed_outdegree}, "fixed_outdegree"},
      {"N", {Kind::fixed_total_number}, "fixed_total_number"},
      {"p",
       {Kind::pairwise_bernoulli, Kind::symmetric_pairwise_bernoulli, Kind::fixed_indegree, Kind::fixed_outdegree},
       "pairwise_bernoulli or symmetric_pairwise_bernoulli, and as a function of distance with fixed_indegree or "
       "fixed_outdegree"},
      {"mask",
       {Kind::pairwise_bernoulli, Kind::fixed_indegree, Kind::fixed_outdegree},
       "pairwise_bernoulli, fixed_indegree or fixed_outdegree"},
      {"pairwise_avg_num_conns", {Kind::pairwise_poisson}, "pairwise_poisson"},
      {"connections", {Kind::explicit_list}, "explicit"},
      {"file", {Kind::explicit_list}, "explicit"},
      {"convolution", {Kind::convolution}, "convolution"},
      {"allow_autapses",
       {Kind::all_to_all, Kind::fixed_indegree, Kind::fixed_outdegree, Kind::fixed_total_number, Kind::pairwise_bernoulli,
        Kind::pairwise_poisson},
       "all_to_all, fixed_indegree, fixed_outdegree, fixed_total_number, pairwise_bernoulli or pairwise_poisson"},
      {"allow_multapses", {Kind::fixed_indegree, Kind::fixed_outdegree}, "fixed_indegree or fixed_outdegree"}};
  for (const KeyOfRules& entry : keys)
    if (!is_one_of(kind, entry.kinds))
      table.refuse(entry.key,
                   fmt::format("this key has no effect on the rule given; allowed: with rule {}", entry.rules));
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
                                         {"fixed_outdegree", Kind::fixed_outdegree},
                                         {"fixed_total_number", Kind::fixed_total_number},
                                         {"pairwise_bernoulli", Kind::pairwise_bernoulli},
                                         {"symmetric_pairwise_bernoulli", Kind::symmetric_pairwise_bernoulli},
                                         {"pairwise_poisson", Kind::pairwise_poisson},
                                         {"explicit", Kind::explicit_list},
                                         {"convolution", Kind::convolution}});
  if (!known) {
    for (const std::string_view key : keys_of_rules) table.find(key);
    return false;
  }
  refuse_keys_of_other_rules(table, rule.kind);
  for (const std::string_view key : keys_of_rules) table.find(key);
  const std::optional<Value> p = table.find("p");
  const bool p_by_distance = p && p->is_table() && takes_mask(rule.kind);
  if (p && !p_by_distance && is_one_of(rule.kind, {Kind::fixed_indegree, Kind::fixed_outdegree})) {
    table.report("p", "one probability for all has no effect on this rule; allowed: a function of distance");
    return false;
  }
  if (rule.kind == Kind::pairwise_bernoulli && !p_by_distance &&
      !table.quantity(table.required("p"), rule.p, "", unit_interval))
    return false;
  if (takes_mask(rule.kind) && !read_neighbourhood(table, rule)) return false;
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
    case Kind::fixed_outdegree:
      return table.integer(table.required("outdegree"), rule.outdegree, 0, max_count) &&
             (!source || !target || check_outdegree(table, rule, *source, *target));
    case Kind::fixed_total_number:
      return table.integer(table.required("N"), rule.N, 0, static_cast<std::int64_t>(FixedTotalNumber::largest_N)) &&
             (!source || !target || check_total_number(table, rule, *source, *target));
    case Kind::pairwise_bernoulli:
      return true;
    case Kind::symmetric_pairwise_bernoulli:
      return table.quantity(table.required("p"), rule.p, "", unit_interval) &&
             (!source || !target || check_symmetric(table, *source, *target));
    case Kind::pairwise_poisson:
      return table.quantity(table.required("pairwise_avg_num_conns"), rule.pairwise_avg_num_conns, "",
                            {.low = 0.0, .high = PairwisePoisson::largest_mean});
    case Kind::explicit_list:
      return read_explicit(table, context, source, target, rule);
    case Kind::convolution:
      return read_convolution(table, source, target, rule.convolution);
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
    case Kind::fixed_outdegree:
      return std::uint64_t{rule.outdegree} * source.size();
    case Kind::pairwise_bernoulli:
    case Kind::symmetric_pairwise_bernoulli:
    case Kind::pairwise_poisson:
      return std::nullopt;
    case Kind::explicit_list:
      if (!rule.file.empty()) return std::nullopt;
      return rule.connections.size();
    case Kind::convolution:
      return rule.convolution.kernel_size();
  }
  return std::nullopt;
}

}  // namespace synop::detail
