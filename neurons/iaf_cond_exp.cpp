#include "synop/neurons/iaf_cond_exp.hpp"

namespace synop {

void IafCondExp::validate() const {
  check_parameters(*this);
  check_conductances(conductances_of(*this));
}

IafCondExp::Dynamics::Dynamics(const IafCondExp& model, std::uint32_t neurons)
    : ConductanceNeurons(conductances_of(model), neurons) {}

}  // namespace synop
