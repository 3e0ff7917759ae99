#include "synop/io/tasks/checkpoint.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/experiment/difference.hpp"
#include "synop/io/fnv1a.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

// The file is a CBOR document (RFC 8949), then the 8 bytes of its hash.
using Json = nlohmann::ordered_json;

constexpr int schema_version = 2;
constexpr std::size_t hash_bytes = 8;

std::uint64_t hash_of(std::string_view bytes) {
  Fnv1a hash;
  hash.add(bytes);
  return hash.value();
}

Json json_of(const std::optional<double>& number) { return number ? Json(*number) : Json(); }

std::optional<double> number_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

Json json_of(const MeasuredEnergy& m) {
  return {{"joules", json_of(m.joules)},     {"dram_joules", json_of(m.dram_joules)},
          {"seconds", m.seconds},            {"domains", m.domains},
          {"not_measured", m.not_measured}, {"synaptic_events", m.synaptic_events}};
}

MeasuredEnergy measured_of(const Json& json) {
  MeasuredEnergy m;
  m.joules = number_of(json.at("joules"));
  m.dram_joules = number_of(json.at("dram_joules"));
  json.at("seconds").get_to(m.seconds);
  json.at("domains").get_to(m.domains);
  json.at("not_measured").get_to(m.not_measured);
  json.at("synaptic_events").get_to(m.synaptic_events);
  return m;
}

Json json_of(const PhaseResult& p) {
  Json grids = Json::array();
  for (const GridAccuracy& each : p.spike_grids) grids.push_back({each.grid.ticks, each.accuracy});
  Json operations = Json::array();
  for (const Operation operation : all_operations()) operations.push_back(p.operations[operation]);
  return {{"name", p.name},
          {"role", p.role},
          {"samples", p.samples},
          {"presentations", p.presentations},
          {"spikes", p.spikes},
          {"ledger", detail::ledger_json(p.ledger)},
          {"operations", operations},
          {"seconds", p.seconds},
          {"measured", json_of(p.measured)},
          {"accuracy", json_of(p.accuracy)},
          {"spike_grids", grids},
          {"silent", p.silent},
          {"events_left_out", p.events_left_out},
          {"confusion", p.confusion}};
}

PhaseResult phase_of(const Json& json, const std::string& where) {
  PhaseResult p;
  json.at("name").get_to(p.name);
  json.at("role").get_to(p.role);
  json.at("samples").get_to(p.samples);
  json.at("presentations").get_to(p.presentations);
  json.at("spikes").get_to(p.spikes);
  p.ledger = detail::read_ledger(json.at("ledger"), where);
  const auto operations = json.at("operations").get<std::vector<std::uint64_t>>();
  for (const Operation operation : all_operations())
    p.operations[operation] = operations.at(static_cast<std::size_t>(operation));
  json.at("seconds").get_to(p.seconds);
  p.measured = measured_of(json.at("measured"));
  p.accuracy = number_of(json.at("accuracy"));
  for (const Json& each : json.at("spike_grids"))
    p.spike_grids.push_back({Delay{each.at(0).get<std::int64_t>()}, each.at(1).get<double>()});
  json.at("silent").get_to(p.silent);
  json.at("events_left_out").get_to(p.events_left_out);
  json.at("confusion").get_to(p.confusion);
  return p;
}

Json json_of(const DataFingerprint& file) {
  return {{"key", file.key}, {"path", file.path}, {"bytes", file.bytes}, {"hash", file.hash}};
}

DataFingerprint fingerprint_of(const Json& json) {
  return {json.at("key").get<std::string>(), json.at("path").get<std::string>(), json.at("bytes").get<std::uint64_t>(),
          json.at("hash").get<std::uint64_t>()};
}

Json binary_of(const std::vector<std::byte>& bytes) {
  const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return Json::binary(std::vector<std::uint8_t>(first, first + bytes.size()));
}

std::vector<std::byte> bytes_of(const Json& json) {
  const auto& binary = json.get_binary();
  const auto* const first = reinterpret_cast<const std::byte*>(binary.data());
  return {first, first + binary.size()};
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view what) {
  throw Error(ErrorKind::input, fmt::format("the checkpoint '{}' {}; --overwrite begins the run anew", path.string(), what));
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in.is_open()) text << in.rdbuf();
  if (!in.is_open() || in.bad())
    throw Error(ErrorKind::file, fmt::format("there is no checkpoint to go on from: '{}' cannot be read", path.string()));
  return text.str();
}

}  // namespace

void write_checkpoint(const TaskCheckpoint& checkpoint, const std::filesystem::path& path) {
  Json finished = Json::array();
  for (const PhaseResult& phase : checkpoint.finished) finished.push_back(json_of(phase));
  Json files = Json::array();
  for (const DataFingerprint& file : checkpoint.files) files.push_back(json_of(file));
  const Json json{{"schema", "synop.checkpoint"},
                  {"schema_version", schema_version},
                  {"program_version", version()},
                  {"experiment", checkpoint.experiment},
                  {"files", files},
                  {"finished", finished},
                  {"done", checkpoint.done},
                  {"current", json_of(checkpoint.current)},
                  {"recorded_until_ticks", checkpoint.recorded_until.ticks},
                  {"seconds", checkpoint.seconds},
                  {"record", binary_of(checkpoint.record)},
                  {"runner", binary_of(checkpoint.runner)}};
  std::string bytes;
  Json::to_cbor(json, nlohmann::detail::output_adapter<char>(bytes));
  std::uint64_t hash = hash_of(bytes);
  for (std::size_t i = 0; i < hash_bytes; ++i, hash >>= 8) bytes.push_back(static_cast<char>(hash & 0xff));
  PartFile file(path);
  file.write(bytes);
  file.publish();
}

TaskCheckpoint read_checkpoint(const std::filesystem::path& path) {
  const std::string bytes = content_of(path);
  if (bytes.size() < hash_bytes) refuse(path, "is truncated");
  const std::string_view document = std::string_view(bytes).substr(0, bytes.size() - hash_bytes);
  std::uint64_t hash = 0;
  for (std::size_t i = hash_bytes; i-- > 0;)
    hash = hash << 8 | static_cast<unsigned char>(bytes[document.size() + i]);
  if (hash != hash_of(document)) refuse(path, "is damaged: its content does not have the hash that it says");
  const Json json = Json::from_cbor(document, true, false);
  if (!json.is_object() || json.value("schema", "") != "synop.checkpoint") refuse(path, "is no checkpoint of a task");
  if (json.value("schema_version", 0) != schema_version || json.value("program_version", "") != version())
    refuse(path, fmt::format("was written by synop {}, this is {}", json.value("program_version", "?"), version()));
  try {
    TaskCheckpoint checkpoint;
    json.at("experiment").get_to(checkpoint.experiment);
    for (const Json& file : json.at("files")) checkpoint.files.push_back(fingerprint_of(file));
    for (const Json& phase : json.at("finished")) checkpoint.finished.push_back(phase_of(phase, path.string()));
    json.at("done").get_to(checkpoint.done);
    checkpoint.current = phase_of(json.at("current"), path.string());
    json.at("recorded_until_ticks").get_to(checkpoint.recorded_until.ticks);
    json.at("seconds").get_to(checkpoint.seconds);
    checkpoint.record = bytes_of(json.at("record"));
    checkpoint.runner = bytes_of(json.at("runner"));
    return checkpoint;
  } catch (const std::exception& error) {
    refuse(path, fmt::format("cannot be understood: {}", error.what()));
  }
}

void check_same_experiment(const TaskCheckpoint& checkpoint, const std::string& experiment,
                           const std::filesystem::path& path) {
  const auto found = first_difference(checkpoint.experiment, experiment);
  if (found)
    refuse(path, fmt::format("is of another experiment: {} was {} and is {} now (--resume wants the same file and the same "
                             "--set)",
                             found->key, found->before, found->now));
}

void check_same_data(const TaskCheckpoint& checkpoint, const std::vector<DataFingerprint>& files,
                     const std::filesystem::path& path) {
  const std::string found = difference(checkpoint.files, files);
  if (!found.empty()) refuse(path, fmt::format("follows other data: {}", found));
}

}  // namespace synop
