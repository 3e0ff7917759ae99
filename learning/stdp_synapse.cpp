#include "synop/learning/stdp_synapse.hpp"

#include "synop/learning/weight_bound.hpp"

namespace synop {

void StdpSynapse::validate() const {
  check_parameters(*this);
  check_weight_bound(name, Wmax);
}

void StdpSynapse::check_weight(double w) const {
  check_weight_within(name, Wmax, w);
}

}  // namespace synop
