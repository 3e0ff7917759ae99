#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synop/io/experiment/detail/value.hpp"

namespace synop::detail {

// Reads one table key by key. The keys that were asked for are the valid ones, so that the schema is the code that
// reads it; finish() reports all others.
//
// The readers `bool kind(key, out, ...)` set `out` and return true when the key is there and right; they leave it
// alone otherwise, and report what is wrong. `required(key)` reports a missing key and returns it, so that
// `table.integer(table.required("size"), ...)` reads a key that must be there.
class TableReader {
 public:
  explicit TableReader(const Value& table);  // reports when it is no table, and then stays silent

  bool is_table() const { return table_.is_table(); }
  bool has(std::string_view key) const { return table_.node().find(key) != nullptr; }
  std::optional<Value> find(std::string_view key);
  std::string_view required(std::string_view key);

  bool boolean(std::string_view key, bool& out);
  bool text(std::string_view key, std::string& out);
  bool quantity(std::string_view key, double& out, std::string_view unit, const Range& range);
  bool delay(std::string_view key, Delay& out, const Range& range = time_span);
  bool time(std::string_view key, Time& out);
  bool distribution(std::string_view key, Distribution& out, std::string_view unit, const Range& range);
  template <class Integer>
  bool integer(std::string_view key, Integer& out, std::int64_t low, std::int64_t high);
  template <class T>
  bool choice(std::string_view key, T& out, std::initializer_list<std::pair<std::string_view, T>> choices);
  // One of `names`, given as a string.
  bool name(std::string_view key, std::string& out, std::string_view what, const std::vector<std::string_view>& names);

  // Reports a problem at the key's value or, when the key is absent, at the table.
  void report(std::string_view key, std::string_view problem);
  // Reports the key if it is given where it would have no effect.
  void refuse(std::string_view key, std::string_view reason);
  // Reports keys that nobody asked for: "<complaint> 'key' (did you mean 'kay'?)".
  void finish(std::string_view complaint = "there is no key");

  std::string path(std::string_view key) const;
  SourceTable where() const;
  Diagnostics& log() const { return table_.log(); }

 private:
  std::optional<std::size_t> choice_index(std::string_view key, const std::vector<std::string_view>& names);

  Value table_;
  std::vector<std::string_view> known_;
};

template <class Integer>
bool TableReader::integer(std::string_view key, Integer& out, std::int64_t low, std::int64_t high) {
  const std::optional<Value> value = find(key);
  const std::optional<std::int64_t> result = value ? value->integer(low, high) : std::nullopt;
  if (result) out = static_cast<Integer>(*result);
  return result.has_value();
}

template <class T>
bool TableReader::choice(std::string_view key, T& out, std::initializer_list<std::pair<std::string_view, T>> choices) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : choices) names.push_back(name);
  const std::optional<std::size_t> index = choice_index(key, names);
  if (index) out = (choices.begin() + *index)->second;
  return index.has_value();
}

}  // namespace synop::detail
