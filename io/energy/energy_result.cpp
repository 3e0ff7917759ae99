#include "synop/io/energy/energy_result.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/energy/detail/measured_json.hpp"
#include "synop/io/run/result_json.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

constexpr int baseline_schema_version = 1;

std::filesystem::path file_of(const std::filesystem::path& path) {
  return std::filesystem::is_directory(path) ? path / "result.json" : path;
}

Json read_json(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in.is_open()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) throw Error(ErrorKind::file, fmt::format("'{}' cannot be read", path.string()));
  try {
    return Json::parse(text.str());
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::input, fmt::format("{}: this is not JSON: {}", path.string(), error.what()));
  }
}

// A key that must be there, of the type wanted.
template <class T>
T get(const Json& json, const std::string& where, const char* key) {
  if (!json.is_object() || !json.contains(key))
    throw Error(ErrorKind::input, fmt::format("{} has no '{}'", where, key));
  try {
    return json.at(key).get<T>();
  } catch (const Json::exception&) {
    throw Error(ErrorKind::input,
                fmt::format("{}: '{}' is {}, which is of the wrong type", where, key, json.at(key).dump()));
  }
}

std::optional<double> fraction(const Json& json, const std::string& where, const char* key) {
  if (!json.contains(key) || json.at(key).is_null()) return {};
  const auto value = get<double>(json, where, key);
  if (value >= 0.0 && value <= 1.0) return value;
  throw Error(ErrorKind::input, fmt::format("{}: '{}' is {}, outside the allowed range [0, 1]", where, key, value));
}

void check_version(const Json& json, const std::string& file, std::string_view what, int version) {
  const auto found = get<std::int64_t>(json, file, "schema_version");
  if (found == version) return;
  throw Error(ErrorKind::input,
              fmt::format("{} is {} of schema_version {}; this program reads {}: make it again with this version", file,
                          what, found, version));
}

Ledger ledger_in(const Json& json, const std::string& where, const std::string& version) {
  if (!json.contains("ledger"))
    throw Error(ErrorKind::input,
                fmt::format("{} has no ledger: it was written by synop {}, which kept none; run the experiment "
                            "again",
                            where, version));
  Ledger ledger = detail::read_ledger(json.at("ledger"), where + ": ledger");
  for (const ProjectionLedger& p : ledger.projections)
    if (!p.balanced())
      throw Error(
          ErrorKind::input,
          fmt::format("{}: the counts of projection '{}' do not balance: {} deliveries and {} in flight, but {} "
                      "sent and {} in flight before",
                      where, p.name, p.deliveries, p.in_flight_after, p.sent, p.in_flight_before));
  return ledger;
}

// Older versions of the program had no meter.
MeasuredEnergy measured_in(const Json& json, const std::string& version) {
  if (json.contains("measured")) return detail::read_measured(json.at("measured"));
  return {.joules = {}, .dram_joules = {}, .domains = {},
          .not_measured = fmt::format("the result was written by synop {}, which read no power counters", version)};
}

AnnResult builtin_ann(const Json& json, const std::string& where) {
  AnnResult ann{.name = get<std::string>(json, where, "name"),
                .layers = {},
                .accuracy = fraction(json, where, "accuracy"),
                .int8_accuracy = {},
                .training_macs = get<std::uint64_t>(json, where, "training_macs"),
                .origin = where};
  const auto sizes = get<std::vector<std::uint64_t>>(json, where, "layers");
  const bool bias = get<bool>(json, where, "bias");
  for (std::size_t i = 1; i < sizes.size(); ++i)
    ann.layers.push_back(dense_layer(fmt::format("layer {}", i), sizes[i - 1], sizes[i], bias));
  if (!ann.layers.empty()) ann.layers.front().density = fraction(json, where, "input_density").value_or(1.0);
  return ann;
}

AnnLayer layer_of(const Json& json, const std::string& where) {
  AnnLayer layer{.name = get<std::string>(json, where, "name"),
                 .inputs = get<std::uint64_t>(json, where, "inputs"),
                 .outputs = get<std::uint64_t>(json, where, "outputs"),
                 .weights = get<std::uint64_t>(json, where, "weights"),
                 .macs = get<std::uint64_t>(json, where, "macs"),
                 .biases = get<std::uint64_t>(json, where, "biases")};
  layer.density = fraction(json, where, "density").value_or(1.0);
  if (layer.macs == 0 || layer.weights == 0 || layer.inputs == 0 || layer.outputs == 0)
    throw Error(ErrorKind::input,
                fmt::format("{}: layer '{}' has no inputs, outputs, weights or MACs", where, layer.name));
  return layer;
}

// Where the samples lay is no part of it, except where they were not hashed, as events are not.
std::string job_of(const std::string& dataset, std::uint64_t samples, const std::string& hash) {
  if (hash.find_first_not_of('0') == std::string::npos) return fmt::format("{} test samples of {}", samples, dataset);
  return fmt::format("{} test samples with hash {}", samples, hash);
}

void read_task(const Json& json, const std::string& file, EnergyResult& result) {
  result.is_task = true;
  const auto phases = get<std::vector<Json>>(json, file, "phases");
  std::size_t test = phases.size();
  for (std::size_t i = 0; i < phases.size(); ++i)
    if (get<std::string>(phases[i], file, "role") == "test" && !phases[i].at("accuracy").is_null()) test = i;
  if (test == phases.size() || !get<bool>(json, file, "complete"))
    throw Error(
        ErrorKind::input,
        fmt::format("{} is of a task that was interrupted or has no test: there is no inference to price", file));
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const std::string where = fmt::format("{}: phase '{}'", file, get<std::string>(phases[i], file, "name"));
    Ledger ledger = ledger_in(phases[i], where, result.program_version);
    if (i == test) {
      result.ledger = std::move(ledger);
      result.measured = measured_in(phases[i], result.program_version);
    } else if (i < test)
      result.training.push_back({get<std::string>(phases[i], file, "name"), std::move(ledger)});
  }
  result.accuracy = fraction(phases[test], file, "accuracy");
  for (const Json& each : get<std::vector<Json>>(phases[test], file, "spike_grids"))
    result.grids.emplace_back(Delay::from_ms(get<double>(each, file, "grid_ms")),
                              fraction(each, file, "accuracy").value_or(0.0));
  result.job = job_of(get<std::string>(json, file, "dataset"), get<std::uint64_t>(phases[test], file, "samples"),
                      get<std::string>(json, file, "test_hash"));
  for (const Json& ann : get<std::vector<Json>>(json, file, "baselines"))
    result.anns.push_back(builtin_ann(ann, file + ": baselines"));
}

}  // namespace

bool is_result(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return true;
  const Json json = read_json(path);
  const std::string schema = json.is_object() ? json.value("schema", "") : "";
  return schema == "synop.result" || schema == "synop.task_result";
}

namespace {

EnergyResult result_in(const Json& json, const std::string& name) {
  const auto schema = get<std::string>(json, name, "schema");
  if (schema != "synop.result" && schema != "synop.task_result")
    throw Error(ErrorKind::input, fmt::format("{} is of the schema '{}', not a result of `synop run`", name, schema));
  check_version(json, name, "a result", result_schema_version);
  EnergyResult result;
  result.path = name;
  result.experiment = get<std::string>(json, name, "experiment");
  result.program_version = get<std::string>(json, name, "program_version");
  if (json.contains("clocked") && get<bool>(json, name, "clocked"))
    throw Error(ErrorKind::input, fmt::format("{} is of a run in time steps, in which operations are not counted; allowed: runs "
                                              "in continuous time, with mode = \"exact\" of [nir]",
                                              name));
  if (schema == "synop.task_result")
    read_task(json, name, result);
  else {
    result.ledger = ledger_in(json, name, result.program_version);
    result.measured = measured_in(json, result.program_version);
  }
  if (result.ledger.inferences == 0 || result.ledger.simulated.ticks <= 0)
    throw Error(ErrorKind::input, fmt::format("{} counted {} inferences in {} ms: there is nothing to price", name,
                                              result.ledger.inferences, result.ledger.simulated.ms()));
  return result;
}

BaselineFile baselines_in(const Json& json, const std::string& name) {
  const auto schema = get<std::string>(json, name, "schema");
  if (schema != "synop.baselines")
    throw Error(ErrorKind::input,
                fmt::format("{} is of the schema '{}', neither baselines nor a result of `synop run`", name, schema));
  check_version(json, name, "a file of baselines", baseline_schema_version);
  BaselineFile file;
  file.job = job_of(get<std::string>(json, name, "dataset"), get<std::uint64_t>(json, name, "test_samples"),
                    get<std::string>(json, name, "test_hash"));
  for (const Json& each : get<std::vector<Json>>(json, name, "baselines")) {
    AnnResult ann{.name = get<std::string>(each, name, "name"),
                  .layers = {},
                  .accuracy = fraction(each, name, "accuracy"),
                  .int8_accuracy = fraction(each, name, "int8_accuracy"),
                  .training_macs = get<std::uint64_t>(each, name, "training_macs"),
                  .origin = name};
    for (const Json& layer : get<std::vector<Json>>(each, name, "layers")) ann.layers.push_back(layer_of(layer, name));
    file.anns.push_back(std::move(ann));
  }
  return file;
}

// What `read` makes of the file's content; where that is not what it should be, the file is named.
template <class Read>
auto content_of(const std::filesystem::path& file, Read read) {
  const Json json = read_json(file);
  try {
    return read(json, file.string());
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::input, fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace

EnergyResult read_energy_result(const std::filesystem::path& path) {
  return content_of(file_of(path), result_in);
}

BaselineFile read_baseline_file(const std::filesystem::path& path) {
  return content_of(path, baselines_in);
}

}  // namespace synop
