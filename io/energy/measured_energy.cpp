#include "synop/io/energy/measured_energy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/energy.hpp"

namespace synop {

std::string measured_text(const MeasuredEnergy& m) {
  if (!m.joules) return "not measured: " + m.not_measured;
  std::string text = fmt::format("measured {} in {:.3g} s by {} (all that ran on the processor)",
                                 joules_text(*m.total_joules()), m.seconds, fmt::join(m.domains, ", "));
  if (const auto each = m.microjoules_per_event()) text += fmt::format(", {:.3g} uJ per synaptic event", *each);
  return text;
}

const std::vector<PublishedSimulation>& published_simulations() {
  static const std::vector<PublishedSimulation> rows{{"van Albada 2018", "NEST, 12 nodes", 2.465, 9.94},
                                                     {"van Albada 2018", "NEST, 3 nodes", 4.584, 5.816},
                                                     {"van Albada 2018", "SpiNNaker, 6 boards", 20.0, 4.4},
                                                     {"Knight & Nowotny 2018", "GeNN, V100", 1.838, 0.47},
                                                     {"Rhodes 2019", "SpiNNaker, 12 boards", 1.0, 0.601},
                                                     {"Golosio 2021", "NEST GPU, RTX 2080 Ti", 1.055, 0.25},
                                                     {"Heittmann 2022", "IBM INC-3000, 345 nodes", 0.25, 0.284},
                                                     {"Kurth 2022", "NEST, 2 nodes EPYC 7702", 0.53, 0.48},
                                                     {"Kurth 2022", "NEST, 1 node EPYC 7702", 0.67, 0.33},
                                                     {"Golosio 2023", "NEST GPU, RTX 4090", 0.386, 0.104},
                                                     {"Golosio 2023", "GeNN, RTX 4090", 0.2719, 0.074},
                                                     {"Kauth 2023", "neuroAIx, 35 FPGAs", 0.05, 0.04755}};
  return rows;
}

}  // namespace synop
