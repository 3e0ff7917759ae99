#include "synop/neurons/iaf_cond_exp_adaptive.hpp"

namespace synop {

void IafCondExpAdaptive::validate() const {
  check_parameters(*this);
  check_conductances(conductances_of(*this));
}

IafCondExpAdaptive::Dynamics::Dynamics(const IafCondExpAdaptive& model, std::uint32_t neurons)
    : ConductanceNeurons(conductances_of(model), neurons) {}

}  // namespace synop
