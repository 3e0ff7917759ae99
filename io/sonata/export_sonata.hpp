#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/io/output_folder.hpp"

namespace synop {

// A multimeter of the exported simulation: V_m of some neurons.
struct ExportedReport {
  std::string name;
  PopulationId population;
  std::vector<std::uint32_t> neurons;
  Time start;
  Delay interval;
};

// What a network does not say about the simulation.
struct SonataExport {
  Time duration;
  std::vector<ExportedReport> reports = {};
  int threads = 1;  // of the run that records the spikes of the network's sources
};

// Writes the network as a SONATA simulation: circuit_config.json, simulation_config.json, node_sets.json, network/,
// components/ and, for populations that only send and for drives, the spikes of one run in inputs/. `synop run` of it gives
// the same spikes bit for bit: parameters, initial potentials, weights and delays are written as the doubles that they are.
// A drive becomes a virtual population of one node for each target. Returns what is assumed, as sentences.
//
// Throws Error(model), naming it, for what SONATA cannot carry: a model without a template, a current that is drawn or a
// sine, plastic synapses, a number that does not survive its unit there. Throws Error(file).
std::vector<std::string> export_sonata(const Network& network, const SonataExport& what, const std::filesystem::path& folder,
                   Overwrite overwrite = Overwrite::no);

}  // namespace synop
