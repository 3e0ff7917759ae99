#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/distribution.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/time.hpp"
#include "synop/io/experiment/detail/diagnostics.hpp"
#include "synop/io/experiment/detail/document.hpp"

namespace synop::detail {

inline constexpr std::int64_t max_count = 4'294'967'295;      // ids of neurons are 32 bits
inline constexpr Range time_span{.low = 0.0, .high = 9.2e9};  // ms; what Delay holds

// One value of an experiment with the path of its key. Every conversion either gives the value or reports what is
// wrong with it and gives nothing.
class Value {
 public:
  Value(const Node& node, std::string key, Diagnostics& log) : node_(node), key_(std::move(key)), log_(log) {}

  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer(std::int64_t low, std::int64_t high) const;
  std::optional<std::string> text(std::string_view expected) const;
  // A number in `unit` or a string with a unit; always finite.
  std::optional<double> quantity(std::string_view unit, const Range& range) const;
  std::optional<Delay> delay(const Range& range = time_span) const;
  std::optional<Time> time() const;  // an instant >= 0
  // A quantity or a table with one of uniform, normal, lognormal, exponential, uniform_int and list (docs/experiment_files.md);
  // every value that can be drawn lies above range.low.
  std::optional<Distribution> distribution(std::string_view unit, const Range& range) const;

  bool is_array() const { return node_.type == Node::Type::array; }
  bool is_table() const { return node_.type == Node::Type::table; }
  std::size_t size() const { return node_.items.size(); }
  Value item(std::size_t i) const;
  // The items, when this is an array with exactly (or, with 0, any number of) `count`; else reports.
  std::optional<std::vector<Value>> items(std::size_t count, std::string_view expected) const;

  const Node& node() const { return node_; }
  const std::string& key() const { return key_; }
  Diagnostics& log() const { return log_; }

  void report(std::string_view problem) const { log_.report(node_.mark, key_, problem); }
  void report_type(std::string_view expected) const;

 private:
  bool vanishes(double ms) const;

  const Node& node_;
  std::string key_;
  Diagnostics& log_;
};

}  // namespace synop::detail
