#include "synop/learning/stdp_synapse.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

void StdpSynapse::validate() const {
  check_parameters(*this);
  if (bound() == 0.0 || !std::isfinite(bound()))
    throw Error(ErrorKind::model,
                fmt::format("{}: Wmax = {} cannot bound a weight, which is stored as float: allowed are magnitudes in "
                            "(0, 3.4e38]",
                            name, Wmax));
}

void StdpSynapse::check_weight(double w) const {
  const double stored = static_cast<float>(w);
  const double low = std::min(0.0, bound());
  const double high = std::max(0.0, bound());
  if (stored >= low && stored <= high) return;
  throw Error(ErrorKind::model, fmt::format("{}: weight = {} is outside the allowed range [{}, {}] between 0 and Wmax",
                                            name, w, Wmax < 0.0 ? Wmax : 0.0, Wmax < 0.0 ? 0.0 : Wmax));
}

}  // namespace synop
