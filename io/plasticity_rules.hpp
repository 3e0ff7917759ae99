#pragma once

#include "synop/learning/diehl_cook_synapses.hpp"
#include "synop/learning/stdp_decay_synapse.hpp"
#include "synop/learning/stdp_dopamine_synapse.hpp"
#include "synop/learning/stdp_nn_synapses.hpp"
#include "synop/learning/stdp_pl_synapse_hom.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/learning/stdp_triplet_synapse.hpp"
#include "synop/learning/tsodyks2_synapse.hpp"
#include "synop/learning/vogels_sprekeler_synapse.hpp"

namespace synop {

template <class... Rules>
struct RuleList {
  // Calls f.operator()<Rule>() for each.
  template <class F>
  static void for_each(F&& f) {
    (f.template operator()<Rules>(), ...);
  }
};

// Every rule of plasticity that an experiment file can name, and that tests of all rules walk along.
using LearningRules = RuleList<StdpSynapse, StdpNnSymmSynapse, StdpNnPreCenteredSynapse, StdpNnRestrSynapse,
                               StdpPlSynapseHom, StdpTripletSynapse, StdpTripletNnSynapse, VogelsSprekelerSynapse,
                               DiehlCookSynapse, DiehlCookTripletSynapse, StdpDecaySynapse, StdpDopamineSynapse>;
using ShortTermRules = RuleList<Tsodyks2Synapse>;

}  // namespace synop
