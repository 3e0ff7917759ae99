#include "synop/neurons/iaf_psc_alpha.hpp"

#include "synop/neurons/detail/checks.hpp"
#include "synop/neurons/iaf_psc_alpha_one_tau.hpp"

namespace synop {

void IafPscAlpha::validate() const {
  check_parameters(*this);
  detail::check_reset_below_threshold(name, V_reset, V_th);
  detail::check_resting_potential(name, E_L, resistance(), I_e);
}

std::unique_ptr<Block> IafPscAlpha::make_block(BlockRequest request) const {
  if (IafPscAlphaOneTau::covers({*this}))
    return std::make_unique<NeuronBlock<IafPscAlphaOneTau>>(IafPscAlphaOneTau({*this}), std::move(request));
  return std::make_unique<NeuronBlock<IafPscAlpha>>(*this, std::move(request));
}

std::unique_ptr<Block> IafPscAlphaVaried::make_block(BlockRequest request) const {
  if (IafPscAlphaOneTau::covers(neurons))
    return std::make_unique<NeuronBlock<IafPscAlphaOneTau>>(IafPscAlphaOneTau(neurons), std::move(request));
  return std::make_unique<NeuronBlock<IafPscAlphaVaried>>(*this, std::move(request));
}

IafPscAlpha::Dynamics::Dynamics(const IafPscAlpha& model, std::uint32_t neurons)
    : PscNeurons(IafPscAlpha::name, PscShape::alpha, psc_parameters<IafPscAlpha>({model}), neurons) {}

IafPscAlphaVaried::Dynamics::Dynamics(const IafPscAlphaVaried& model, std::uint32_t neurons)
    : PscNeurons(IafPscAlpha::name, PscShape::alpha, psc_parameters(model.neurons), neurons) {}

std::unique_ptr<PopulationModel> varied(const IafPscAlpha& common, std::vector<VariedParameter> parameters) {
  return std::make_unique<VariedPopulation<IafPscAlphaVaried>>(common, std::move(parameters));
}

}  // namespace synop
