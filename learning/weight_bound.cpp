#include "synop/learning/weight_bound.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

void check_weight_bound(std::string_view rule, double Wmax) {
  const double bound = static_cast<float>(Wmax);
  if (bound == 0.0 || !std::isfinite(bound))
    throw Error(ErrorKind::model,
                fmt::format("{}: Wmax = {} cannot bound a weight, which is stored as float: allowed are magnitudes in "
                            "(0, 3.4e38]",
                            rule, Wmax));
}

void check_weight_within(std::string_view rule, double Wmax, double w) {
  const double bound = static_cast<float>(Wmax);
  const double stored = static_cast<float>(w);
  if (stored >= std::min(0.0, bound) && stored <= std::max(0.0, bound)) return;
  throw Error(ErrorKind::model, fmt::format("{}: weight = {} is outside the allowed range [{}, {}] between 0 and Wmax",
                                            rule, w, Wmax < 0.0 ? Wmax : 0.0, Wmax < 0.0 ? 0.0 : Wmax));
}

}  // namespace synop
