#pragma once

#include <algorithm>
#include <string_view>

namespace synop {

// The weight whose magnitude has changed by `change`, within 0 and Wmax, which may be negative and is taken as float.
inline float changed_within(double Wmax, float w, double change) {
  const double bound = static_cast<float>(Wmax);
  const double changed = w + (bound < 0.0 ? -change : change);  // no arithmetic behind a condition: vectorised
  const double low = std::min(0.0, bound);
  const double high = std::max(0.0, bound);
  const double raised = changed < low ? low : changed;
  return static_cast<float>(high < raised ? high : raised);
}

// Throws Error(model) unless Wmax, rounded to float as weights are, can bound a weight of `rule`.
void check_weight_bound(std::string_view rule, double Wmax);
// Throws Error(model) unless a synapse of `rule` may start with weight `w`: 0 <= w / Wmax <= 1.
void check_weight_within(std::string_view rule, double Wmax, double w);

}  // namespace synop
