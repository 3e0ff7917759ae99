#include "synop/io/sonata/check_sonata.hpp"

#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/core/machine.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/sonata/detail/circuit.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;
using Parts = std::span<const MemoryEstimate::Part>;

std::string_view model_of(const sonata::Part& part) { return part.neurons == nullptr ? "virtual" : part.neurons->name; }

// "population v1" and "projection v1_to_v1" of an estimate without the first word.
std::string name_of(const MemoryEstimate::Part& part) { return part.name.substr(part.name.find(' ') + 1); }

void print_json(std::ostream& out, const sonata::Circuit& circuit, const MemoryEstimate& estimate, Parts projections) {
  Json json{{"schema", "synop.check"},
            {"schema_version", result_schema_version},
            {"program_version", version()},
            {"experiment", circuit.config.name},
            {"valid", true},
            {"memory_bytes", estimate.total_bytes()},
            {"available_bytes", available_memory()},
            {"populations", Json::array()},
            {"projections", Json::array()},
            {"stimuli", Json::array()},
            {"assumptions", circuit.assumptions},
            {"warnings", Json::array()}};
  for (std::size_t i = 0; i < circuit.parts.size(); ++i)
    json["populations"].push_back({{"name", circuit.parts[i].name},
                                   {"model", model_of(circuit.parts[i])},
                                   {"size", circuit.parts[i].rows.size()},
                                   {"memory_bytes", estimate.parts[i].bytes}});
  for (const auto& [population, stimulus] : circuit.stimuli)
    json["stimuli"].push_back({{"name", circuit.nodes[population].name()}, {"model", stimulus.model}, {"target", stimulus.target}});
  for (const MemoryEstimate::Part& part : projections)
    json["projections"].push_back({{"name", name_of(part)},
                                   {"synapses", part.synapses},
                                   {"synapses_per_group", part.synapses_per_group},
                                   {"memory_bytes", part.bytes}});
  out << json.dump(2) << '\n';
}

void print_text(std::ostream& out, const sonata::Circuit& circuit, const MemoryEstimate& estimate, Parts projections) {
  fmt::print(out, "{}: valid; a SONATA simulation of {} ms\n", circuit.config.name, circuit.config.duration.ms());
  for (const sonata::Part& part : circuit.parts)
    fmt::print(out, "population {}: {} x {}\n", part.name, grouped(part.rows.size()), model_of(part));
  for (const auto& [population, stimulus] : circuit.stimuli)
    fmt::print(out, "stimulus {}: the trains of {} -> {}\n", circuit.nodes[population].name(), stimulus.model, stimulus.target);
  fmt::print(out, "\n{:<34} {:>16} {:>20} {:>12}\n", "memory", "synapses", "synapses per group", "MB");
  for (std::size_t i = 0; i < circuit.parts.size(); ++i)
    fmt::print(out, "{:<34} {:>16} {:>20} {:>12.2f}\n", estimate.parts[i].name, "", "", estimate.parts[i].bytes * 1e-6);
  for (const MemoryEstimate::Part& part : projections)
    fmt::print(out, "{:<34} {:>16} {:>20.1f} {:>12.2f}\n", part.name, grouped(static_cast<std::uint64_t>(part.synapses)),
               part.synapses_per_group, part.bytes * 1e-6);
  fmt::print(out, "{:<34} {:>16} {:>20} {:>12.2f} of {:.0f} available\n", "total", "", "", estimate.total_bytes() * 1e-6,
             static_cast<double>(available_memory()) * 1e-6);
  for (const std::string& sentence : circuit.assumptions) fmt::print(out, "assumed: {}\n", sentence);
}

}  // namespace

void check_sonata(const std::filesystem::path& config, bool json, std::ostream& out) {
  const sonata::Circuit circuit = sonata::compose_circuit(read_sonata_config(config));
  circuit.builder.refuse_zero_delay_cycles();
  const MemoryEstimate estimate = circuit.builder.estimate();
  const Parts projections = Parts(estimate.parts).subspan(circuit.parts.size());
  if (json)
    print_json(out, circuit, estimate, projections);
  else
    print_text(out, circuit, estimate, projections);
}

}  // namespace synop
