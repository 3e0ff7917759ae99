#include "synop/io/energy/detail/measured_json.hpp"

namespace synop::detail {

namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

std::optional<double> optional_of(const Json& json, const char* key) {
  return json.at(key).is_null() ? std::nullopt : std::optional(json.at(key).get<double>());
}

}  // namespace

Json measured_json(const MeasuredEnergy& m) {
  return {{"joules", or_null(m.joules)},
          {"dram_joules", or_null(m.dram_joules)},
          {"seconds", m.seconds},
          {"synaptic_events", m.synaptic_events},
          {"microjoules_per_synaptic_event", or_null(m.microjoules_per_event())},
          {"domains", m.domains},
          {"not_measured", m.not_measured}};
}

MeasuredEnergy read_measured(const Json& json) {
  MeasuredEnergy m;
  m.joules = optional_of(json, "joules");
  m.dram_joules = optional_of(json, "dram_joules");
  m.seconds = json.at("seconds").get<double>();
  m.synaptic_events = json.at("synaptic_events").get<std::uint64_t>();
  m.domains = json.at("domains").get<std::vector<std::string>>();
  m.not_measured = json.at("not_measured").get<std::string>();
  return m;
}

Json published_json() {
  Json rows = Json::array();
  for (const PublishedSimulation& each : published_simulations())
    rows.push_back({{"study", each.study},
                    {"platform", each.platform},
                    {"real_time_factor", each.real_time_factor},
                    {"microjoules_per_synaptic_event", each.microjoules_per_event}});
  return rows;
}

}  // namespace synop::detail
