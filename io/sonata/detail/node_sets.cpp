#include "synop/io/sonata/detail/node_sets.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

bool is_id_key(const std::string& key) { return key == "node_id" || key == "node_ids"; }

// A value of a rule as attributes have it, or a list of them.
std::vector<Json> values_of(const Json& value, const std::string& where) {
  std::vector<Json> values;
  if (value.is_array())
    values.assign(value.begin(), value.end());
  else
    values.push_back(value);
  for (const Json& one : values)
    if (!one.is_string() && !one.is_number() && !one.is_boolean())
      refuse(fmt::format("{}: {} is not supported; allowed: a text, a number or a list of them", where, one.dump()));
  return values;
}

bool equals(const std::string& text, const Json& value) {
  if (value.is_string()) return text == value.get<std::string>();
  if (value.is_boolean()) return text == (value.get<bool>() ? "1" : "0") || text == value.dump();
  double number = 0.0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && number == value.get<double>();
}

}  // namespace

NodeSets::NodeSets(const std::filesystem::path& file, std::span<const Nodes> populations)
    : file_(file.string()), populations_(populations) {
  if (file.empty()) return;
  sets_ = parse_json_file(file);
  if (!sets_.is_object()) refuse(fmt::format("{}: must be an object of node sets", file_));
}

void NodeSets::check_attributes(const Json& rules, const std::string& where) const {
  for (const auto& rule : rules.items()) {
    if (rule.key() == "population" || is_id_key(rule.key())) continue;
    const bool known = std::any_of(populations_.begin(), populations_.end(),
                                   [&](const Nodes& nodes) { return nodes.rows().has(rule.key()); });
    if (!known) refuse(fmt::format("{}: no population has the attribute '{}'", where, rule.key()));
  }
}

std::vector<bool> NodeSets::matching(const Nodes& nodes, const std::string& attribute, const Json& value,
                                     const std::string& where) const {
  std::vector<bool> matches(nodes.size(), false);
  const std::vector<Json> wanted = values_of(value, where);
  if (is_id_key(attribute)) {
    for (const Json& id : wanted) {
      if (!id.is_number_integer() || id.get<std::int64_t>() < 0)
        refuse(fmt::format("{}: {} = {} is not the id of a node", where, attribute, id.dump()));
      const std::uint32_t row = nodes.row_of(id.get<std::uint64_t>());
      if (row != no_value) matches[row] = true;
    }
    return matches;
  }
  if (!nodes.rows().has(attribute)) return matches;
  const TextColumn column = nodes.rows().text(attribute);
  std::vector<bool> right;
  for (const std::string& text : column.values)
    right.push_back(std::any_of(wanted.begin(), wanted.end(), [&](const Json& one) { return equals(text, one); }));
  for (std::size_t row = 0; row < matches.size(); ++row)
    matches[row] = column.of_row[row] != no_value && right[column.of_row[row]];
  return matches;
}

void NodeSets::add_basic(const Json& rules, const std::string& where, Chosen& chosen) const {
  check_attributes(rules, where);
  std::vector<bool> asked(populations_.size(), true);
  if (const auto at = rules.find("population"); at != rules.end()) {
    asked.assign(populations_.size(), false);
    for (const Json& name : values_of(*at, where)) {
      if (!name.is_string()) refuse(fmt::format("{}: population = {} is not a name", where, name.dump()));
      asked[find_population(populations_, name.get<std::string>(), where)] = true;
    }
  }
  std::size_t found_ids = 0, wanted_ids = 0;
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    if (!asked[p]) continue;
    std::vector<bool> all(populations_[p].size(), true);
    for (const auto& rule : rules.items()) {
      if (rule.key() == "population") continue;
      const std::vector<bool> matches = matching(populations_[p], rule.key(), rule.value(), where);
      if (is_id_key(rule.key())) {
        wanted_ids = rule.value().is_array() ? rule.value().size() : 1;
        found_ids = std::max<std::size_t>(found_ids, std::count(matches.begin(), matches.end(), true));
      }
      for (std::size_t row = 0; row < all.size(); ++row) all[row] = all[row] && matches[row];
    }
    for (std::size_t row = 0; row < all.size(); ++row)
      if (all[row]) chosen[p][row] = true;
  }
  if (found_ids < wanted_ids)
    refuse(fmt::format("{}: it names {} nodes, of which only {} exist", where, wanted_ids, found_ids));
}

void NodeSets::add(const Json& set, const std::string& where, std::vector<std::string>& open,
                   std::vector<std::string>& assumptions, Chosen& chosen) const {
  if (set.is_object()) return add_basic(set, where, chosen);
  if (!set.is_array()) refuse(fmt::format("{}: must be an object of rules or a list of names", where));
  for (const Json& name : set) {
    if (!name.is_string()) refuse(fmt::format("{}: {} is not the name of a node set", where, name.dump()));
    add_set(name.get<std::string>(), where, open, assumptions, chosen);
  }
}

void NodeSets::add_set(const std::string& name, const std::string& where, std::vector<std::string>& open,
                       std::vector<std::string>& assumptions, Chosen& chosen) const {
  if (const auto at = sets_.find(name); at != sets_.end()) {
    if (std::find(open.begin(), open.end(), name) != open.end())
      refuse(fmt::format("{}: {}: the set is part of itself", file_, name));
    open.push_back(name);
    add(*at, fmt::format("{}: {}", file_, name), open, assumptions, chosen);
    open.pop_back();
    return;
  }
  std::vector<std::string_view> known;
  for (const auto& item : sets_.items()) known.push_back(item.key());
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    known.push_back(populations_[p].name());
    if (populations_[p].name() != name) continue;
    assumptions.push_back(fmt::format("{}: there is no node set '{}'; it is the population of that name", where, name));
    chosen[p].assign(chosen[p].size(), true);
    return;
  }
  if (name != "all") refuse(fmt::format("{}: there is no node set '{}'{}", where, name, did_you_mean(name, known)));
  assumptions.push_back(fmt::format("{}: 'all' is every node that is not virtual", where));
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const TextColumn types = populations_[p].rows().text("model_type");
    for (std::size_t row = 0; row < chosen[p].size(); ++row)
      if (types.at(row) == nullptr || *types.at(row) != "virtual") chosen[p][row] = true;
  }
}

std::vector<NodeSelection> NodeSets::resolve(const std::string& set, const std::string& where,
                                             std::vector<std::string>& assumptions) const {
  Chosen chosen;
  for (const Nodes& nodes : populations_) chosen.emplace_back(nodes.size(), false);
  std::vector<std::string> open;
  if (set.starts_with('{') || set.starts_with('['))
    add(Json::parse(set), where, open, assumptions, chosen);
  else
    add_set(set, where, open, assumptions, chosen);
  std::vector<NodeSelection> selections;
  for (std::uint32_t p = 0; p < chosen.size(); ++p) {
    NodeSelection selection{p, {}};
    for (std::uint32_t row = 0; row < chosen[p].size(); ++row)
      if (chosen[p][row]) selection.rows.push_back(row);
    if (!selection.rows.empty()) selections.push_back(std::move(selection));
  }
  if (selections.empty()) refuse(fmt::format("{}: the node set {} has no nodes", where, set));
  return selections;
}

}  // namespace synop::sonata
