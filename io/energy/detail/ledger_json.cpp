#include "synop/io/energy/detail/ledger_json.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::detail {

namespace {

using Json = nlohmann::ordered_json;

template <class Row, class Member>
struct Field {
  const char* key;
  Member Row::*member;
};

using P = ProjectionLedger;
using Q = PopulationLedger;
constexpr auto projection_texts =
    std::to_array<Field<P, std::string>>({{"name", &P::name}, {"source", &P::source}, {"target", &P::target}});
constexpr auto projection_flags = std::to_array<Field<P, bool>>({{"plastic", &P::plastic}, {"relay", &P::relay}});
constexpr auto projection_counts = std::to_array<Field<P, std::uint64_t>>({
    {"sources", &P::sources},
    {"targets", &P::targets},
    {"synapses", &P::synapses},
    {"zero_weights", &P::zero_weights},
    {"shared_weights", &P::shared_weights},
    {"pooled_sources", &P::pooled_sources},
    {"source_spikes", &P::source_spikes},
    {"target_spikes", &P::target_spikes},
    {"deliveries", &P::deliveries},
    {"dense_deliveries", &P::dense_deliveries},
    {"effective_deliveries", &P::effective_deliveries},
    {"sent", &P::sent},
    {"in_flight_before", &P::in_flight_before},
    {"in_flight_after", &P::in_flight_after},
    {"macs", &P::macs},
    {"plastic_pre", &P::plastic_pre},
    {"plastic_post", &P::plastic_post},
    {"queue_operations", &P::queue_operations},
    {"bytes_touched", &P::bytes_touched},
});
constexpr auto population_texts = std::to_array<Field<Q, std::string>>({{"name", &Q::name}, {"model", &Q::model}});
constexpr auto population_flags =
    std::to_array<Field<Q, bool>>({{"neurons", &Q::neurons}, {"relay", &Q::relay}, {"leaky", &Q::leaky}});
constexpr auto population_counts = std::to_array<Field<Q, std::uint64_t>>({
    {"size", &Q::size},
    {"state_variables", &Q::state_variables},
    {"currents", &Q::currents},
    {"spikes", &Q::spikes},
    {"drive_deliveries", &Q::drive_deliveries},
    {"attended", &Q::attended},
    {"self_events", &Q::self_events},
    {"active", &Q::active},
    {"largest_count", &Q::largest_count},
});

template <class Row, class... Fields>
Json row_json(const Row& row, const Fields&... groups) {
  Json json = Json::object();
  (..., [&](const auto& fields) {
    for (const auto& field : fields) json[field.key] = row.*(field.member);
  }(groups));
  return json;
}

const Json& at(const Json& json, const std::string& where, const char* key) {
  if (json.is_object() && json.contains(key)) return json.at(key);
  throw Error(ErrorKind::input, fmt::format("{} has no '{}'", where, key));
}

[[noreturn]] void refuse(const Json& value, const std::string& where, const char* key, std::string_view expected) {
  throw Error(ErrorKind::input, fmt::format("{}: '{}' is {}, not {}", where, key, value.dump(), expected));
}

void read(const Json& json, const std::string& where, const char* key, std::uint64_t& out) {
  const Json& value = at(json, where, key);
  if (!value.is_number_unsigned() && !(value.is_number_integer() && value.get<std::int64_t>() >= 0))
    refuse(value, where, key, "a count");
  out = value.get<std::uint64_t>();
}

void read(const Json& json, const std::string& where, const char* key, bool& out) {
  const Json& value = at(json, where, key);
  if (!value.is_boolean()) refuse(value, where, key, "true or false");
  out = value.get<bool>();
}

void read(const Json& json, const std::string& where, const char* key, std::string& out) {
  const Json& value = at(json, where, key);
  if (!value.is_string()) refuse(value, where, key, "a text");
  out = value.get<std::string>();
}

template <class Row, class... Fields>
Row read_row(const Json& json, const std::string& where, const Fields&... groups) {
  Row row;
  (..., [&](const auto& fields) {
    for (const auto& field : fields) read(json, where, field.key, row.*(field.member));
  }(groups));
  return row;
}

const Json& rows(const Json& json, const std::string& where, const char* key) {
  const Json& value = at(json, where, key);
  if (!value.is_array()) refuse(value, where, key, "an array");
  return value;
}

}  // namespace

Json ledger_json(const Ledger& ledger) {
  Json populations = Json::array(), projections = Json::array();
  for (const Q& row : ledger.populations)
    populations.push_back(row_json(row, population_texts, population_flags, population_counts));
  for (const P& row : ledger.projections)
    projections.push_back(row_json(row, projection_texts, projection_flags, projection_counts));
  return {{"schema", "synop.ledger"},        {"schema_version", ledger_schema_version},
          {"inferences", ledger.inferences}, {"simulated_ps", static_cast<std::uint64_t>(ledger.simulated.ticks)},
          {"populations", populations},      {"projections", projections}};
}

Ledger read_ledger(const Json& json, const std::string& where) {
  std::uint64_t version = 0, simulated = 0;
  read(json, where, "schema_version", version);
  if (version != ledger_schema_version)
    throw Error(ErrorKind::input,
                fmt::format("{} has schema_version {}; this program reads {}: run the experiment again with "
                            "this version",
                            where, version, ledger_schema_version));
  Ledger ledger;
  read(json, where, "inferences", ledger.inferences);
  read(json, where, "simulated_ps", simulated);
  ledger.simulated = Delay{static_cast<std::int64_t>(simulated)};
  for (const Json& row : rows(json, where, "populations"))
    ledger.populations.push_back(
        read_row<Q>(row, where + ".populations", population_texts, population_flags, population_counts));
  for (const Json& row : rows(json, where, "projections"))
    ledger.projections.push_back(
        read_row<P>(row, where + ".projections", projection_texts, projection_flags, projection_counts));
  return ledger;
}

}  // namespace synop::detail
