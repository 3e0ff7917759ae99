#include "synop/io/experiment/detail/table_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"

namespace synop::detail {

namespace {

template <class T>
bool assign(T& out, std::optional<T> value) {
  if (value) out = std::move(*value);
  return value.has_value();
}

}  // namespace

TableReader::TableReader(const Value& table) : table_(table) {
  if (!table_.is_table()) table_.report_type("a table");
}

std::optional<Value> TableReader::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const Node* node = table_.node().find(key);
  if (node == nullptr) return std::nullopt;
  return Value(*node, path(key), table_.log());
}

std::string_view TableReader::required(std::string_view key) {
  if (is_table() && !has(key)) report(key, "this key is missing and has no default");
  return key;
}

bool TableReader::boolean(std::string_view key, bool& out) {
  const std::optional<Value> value = find(key);
  return value && assign(out, value->boolean());
}

bool TableReader::text(std::string_view key, std::string& out) {
  const std::optional<Value> value = find(key);
  return value && assign(out, value->text("a string"));
}

bool TableReader::quantity(std::string_view key, double& out, std::string_view unit, const Range& range) {
  const std::optional<Value> value = find(key);
  return value && assign(out, value->quantity(unit, range));
}

bool TableReader::delay(std::string_view key, Delay& out, const Range& range) {
  const std::optional<Value> value = find(key);
  return value && assign(out, value->delay(range));
}

bool TableReader::time(std::string_view key, Time& out) {
  const std::optional<Value> value = find(key);
  return value && assign(out, value->time());
}

bool TableReader::distribution(std::string_view key, Distribution& out, std::string_view unit, const Range& range) {
  const std::optional<Value> value = find(key);
  return value && assign(out, value->distribution(unit, range));
}

bool TableReader::name(std::string_view key, std::string& out, std::string_view what,
                       const std::vector<std::string_view>& names) {
  const std::optional<Value> value = find(key);
  const std::optional<std::string> text = value ? value->text(fmt::format("the name of a {}", what)) : std::nullopt;
  if (!text) return false;
  if (std::find(names.begin(), names.end(), *text) != names.end()) return assign(out, text);
  value->report(fmt::format("value \"{}\" names no {}{}", *text, what, did_you_mean(*text, names)));
  return false;
}

std::optional<std::size_t> TableReader::choice_index(std::string_view key, const std::vector<std::string_view>& names) {
  const std::optional<Value> value = find(key);
  const std::string allowed = fmt::format("{}", fmt::join(names, ", "));
  const std::optional<std::string> text = value ? value->text(allowed) : std::nullopt;
  if (!text) return std::nullopt;
  const auto at = std::find(names.begin(), names.end(), *text);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  const std::string_view nearest = nearest_name(*text, names);
  value->report(fmt::format("value \"{}\" is unknown; allowed: {}{}", *text, allowed,
                            nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
  return std::nullopt;
}

void TableReader::report(std::string_view key, std::string_view problem) {
  const Node* node = table_.node().find(key);
  log().report(node != nullptr ? node->mark : table_.node().mark, path(key), problem);
}

void TableReader::refuse(std::string_view key, std::string_view reason) {
  if (find(key)) report(key, reason);
}

void TableReader::finish(std::string_view complaint) {
  for (const Member& member : table_.node().members)
    if (std::find(known_.begin(), known_.end(), member.key) == known_.end())
      log().report(member.mark, path(member.key),
                   fmt::format("{} '{}'{}", complaint, member.key, did_you_mean(member.key, known_)));
}

std::string TableReader::path(std::string_view key) const {
  return table_.key().empty() ? std::string(key) : fmt::format("{}.{}", table_.key(), key);
}

SourceTable TableReader::where() const {
  SourceTable table{.position = log().position(table_.node().mark, table_.key()), .keys = {}};
  for (const Member& member : table_.node().members)
    table.keys.push_back(log().position(member.value.mark, path(member.key)));
  return table;
}

}  // namespace synop::detail
