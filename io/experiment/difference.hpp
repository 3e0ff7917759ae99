#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace synop {

// A key of two experiments that has not the same value in both.
struct KeyDifference {
  std::string key;     // as --set takes it: "projection.in_exc.weight"
  std::string before;  // as messages show values; "not given"
  std::string now;
};

// The first key in which two experiments, as TOML, differ: in the order of `before`, then of what is only in `now`.
// Comments, the order of keys and how numbers are written do not count. Nothing if they say the same. Throws Error(model)
// unless both are TOML.
std::optional<KeyDifference> first_difference(std::string_view before, std::string_view now);

}  // namespace synop
