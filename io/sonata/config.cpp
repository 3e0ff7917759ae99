#include "synop/io/sonata/config.hpp"

#include <cctype>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/json_file.hpp"

namespace synop {

namespace {

using sonata::Json;
using sonata::JsonObject;
using sonata::Manifest;

constexpr double pA_per_nA = 1000.0;

// One configuration file: its content and its variables.
struct File {
  explicit File(const std::filesystem::path& path)
      : json(sonata::parse_json_file(path)), object(json, path.string(), ""), manifest(object) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Json json;
  JsonObject object;
  Manifest manifest;
};

std::filesystem::path existing(const JsonObject& object, std::string_view key, const Manifest& manifest,
                               const std::string& text) {
  const std::filesystem::path path = manifest.path(text, object.where(key));
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    object.refuse(key, fmt::format("'{}' is '{}', which does not exist", text, path.string()));
  return path;
}

void note_unread(const JsonObject& object, std::vector<std::string>& unread) {
  const std::vector<std::string> keys = object.unread_keys();
  unread.insert(unread.end(), keys.begin(), keys.end());
}

double number_above_zero(const JsonObject& object, std::string_view key, double value) {
  if (!(value > 0.0)) object.refuse(key, fmt::format("{} ms is outside the allowed range (0, inf)", value));
  return value;
}

Time time_of(const JsonObject& object, std::string_view key, double ms) {
  if (ms < 0.0) object.refuse(key, fmt::format("{} ms is outside the allowed range [0, inf)", ms));
  try {
    return Time::from_ms(ms);
  } catch (const Error& error) {
    object.refuse(key, error.what());
  }
}

// A node set as text: its name, or the JSON of an inline one.
std::string node_set_of(const JsonObject& object, std::string_view key) {
  const Json* const value = object.find(key);
  if (value == nullptr) object.refuse(key, "this key is missing: the name of a node set, or a set in place");
  if (value->is_string()) return value->get<std::string>();
  if (value->is_object() || value->is_array()) return value->dump();
  object.refuse(key, fmt::format("must be the name of a node set, or a set in place, is {}", value->dump()));
}

class Reader {
 public:
  SonataConfig read(const std::filesystem::path& path);

 private:
  void read_circuit(const File& file);
  void read_files(const File& file, const JsonObject& networks, std::string_view kind, std::vector<SonataFiles>& out);
  void read_components(const File& file);
  void read_simulation(const File& file);
  void read_run(const File& file);
  void read_conditions(const File& file);
  void read_output(const File& file);
  void read_inputs(const File& file);
  SonataInput read_input(const File& file, const JsonObject& input, const std::string& name);
  void read_current(const JsonObject& input, SonataInput& out);
  void read_reports(const File& file);
  std::optional<SonataReport> read_report(const JsonObject& report, const std::string& name);
  File circuit_beside(const std::filesystem::path& simulation);

  SonataConfig config_;
  std::optional<double> dt_;
  std::vector<std::string> unread_;
};

// Where the simulation configuration does not say which circuit it is about.
File Reader::circuit_beside(const std::filesystem::path& simulation) {
  const std::filesystem::path beside = std::filesystem::absolute(simulation).parent_path() / "circuit_config.json";
  std::error_code ignored;
  if (!std::filesystem::exists(beside, ignored))
    throw Error(ErrorKind::input,
                fmt::format("{}: network: this key is missing: the path of the circuit configuration", simulation.string()));
  config_.assumptions.push_back("the circuit is the circuit_config.json beside the simulation configuration, which has "
                                "no key 'network'");
  return File(beside);
}

SonataConfig Reader::read(const std::filesystem::path& path) {
  config_.text = sonata::read_text_file(path);
  const File first(path);
  config_.file = path.string();
  config_.name = std::filesystem::absolute(path).lexically_normal().parent_path().filename().string();
  const auto simulation_path = first.object.text("simulation");
  const auto network_path = first.object.text("network");
  std::optional<File> simulation;
  if (simulation_path) {
    note_unread(first.object, unread_);
    simulation.emplace(existing(first.object, "simulation", first.manifest, *simulation_path));
    config_.text = sonata::read_text_file(simulation->object.file());
  }
  const File& about_run = simulation ? *simulation : first;
  if (!about_run.object.has("run"))
    about_run.object.refuse("run", "this key is missing: a simulation configuration says how long the run is; allowed "
                                   "here: a simulation configuration, or a file with the keys network and simulation");
  if (about_run.object.has("networks")) {
    read_circuit(about_run);
  } else if (network_path) {
    read_circuit(File(existing(first.object, "network", first.manifest, *network_path)));
  } else if (const auto own = about_run.object.text("network")) {
    read_circuit(File(existing(about_run.object, "network", about_run.manifest, *own)));
  } else {
    read_circuit(circuit_beside(about_run.object.file()));
  }
  read_simulation(about_run);
  if (!unread_.empty())
    config_.assumptions.push_back(fmt::format("these keys of the configuration have no effect here: {}", fmt::join(unread_, ", ")));
  return std::move(config_);
}

void Reader::read_files(const File& file, const JsonObject& networks, std::string_view kind,
                        std::vector<SonataFiles>& out) {
  const std::string plural(kind);
  const std::string file_key = plural + "_file";
  const std::string types_key = plural.substr(0, plural.size() - 1) + "_types_file";
  const Json* const list = networks.find(kind);
  if (list == nullptr) return;
  if (!list->is_array()) networks.refuse(kind, "must be a list of objects");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const JsonObject item((*list)[i], file.object.file(), fmt::format("networks.{}[{}]", kind, i));
    SonataFiles files;
    files.key = item.where();
    files.hdf5 = existing(item, file_key, file.manifest, item.required_text(file_key));
    const auto types = item.text(types_key);
    if (types && !types->empty() && *types != "NULL") files.types = existing(item, types_key, file.manifest, *types);
    const bool enabled = item.flag("enabled").value_or(true);
    constexpr std::string_view without_effect[] = {"populations", "name"};
    item.ignore(without_effect);
    note_unread(item, unread_);
    if (enabled)
      out.push_back(std::move(files));
    else
      config_.assumptions.push_back(fmt::format("'{}' is left out, as its 'enabled': false says", files.hdf5.string()));
  }
}

void Reader::read_components(const File& file) {
  const auto components = file.object.object("components");
  if (!components) return;
  for (const auto& item : components->json().items())
    if (item.value().is_string())
      config_.components[item.key()] =
          file.manifest.path(item.value().get<std::string>(), components->where(item.key()));
}

void Reader::read_circuit(const File& file) {
  config_.target_simulator = file.object.text("target_simulator").value_or(config_.target_simulator);
  read_components(file);
  const auto networks = file.object.object("networks");
  if (!networks) file.object.refuse("networks", "this key is missing: lists of nodes and edges");
  read_files(file, *networks, "nodes", config_.nodes);
  read_files(file, *networks, "edges", config_.edges);
  if (config_.nodes.empty()) networks->refuse("nodes", "this key is missing: a list of files of nodes");
  note_unread(*networks, unread_);
  if (file.object.has("run")) return;  // one file for both
  constexpr std::string_view without_effect[] = {"version", "name", "run", "network"};
  file.object.ignore(without_effect);
  if (const auto sets = file.object.text("node_sets_file"))
    config_.node_sets_file = existing(file.object, "node_sets_file", file.manifest, *sets);
  note_unread(file.object, unread_);
}

void Reader::read_run(const File& file) {
  const JsonObject run = *file.object.object("run");
  dt_ = run.number("dt");
  if (dt_) number_above_zero(run, "dt", *dt_);
  if (const auto start = run.number("tstart"); start && *start != 0.0)
    run.refuse("tstart", fmt::format("{} ms; allowed: 0, where every run begins", *start));
  const auto stop = run.number("tstop");
  if (!stop) run.required_text("tstop");  // absent: names the nearest key that is given
  config_.duration = time_of(run, "tstop", number_above_zero(run, "tstop", *stop));
  config_.overwrite = run.flag("overwrite_output_dir").value_or(false);
  if (dt_)
    config_.assumptions.push_back(fmt::format(
        "run.dt = {} ms is the interval of reports that give none, and nothing else: spike times are exact", *dt_));
  note_unread(run, unread_);
}

void Reader::read_conditions(const File& file) {
  const auto conditions = file.object.object("conditions");
  if (!conditions) return;
  if (const auto celsius = conditions->number("celsius"))
    config_.assumptions.push_back(fmt::format("conditions.celsius = {} has no effect on point neurons", *celsius));
  if (const auto v_init = conditions->number("v_init"))
    config_.assumptions.push_back(
        fmt::format("conditions.v_init = {} mV has no effect on point neurons, which begin at their own V_m", *v_init));
  note_unread(*conditions, unread_);
}

// A name in the output folder.
std::string file_name_of(const JsonObject& object, std::string_view key, const Manifest& manifest,
                         const std::string& text, const std::filesystem::path& folder) {
  std::filesystem::path path = manifest.expand(text, object.where(key));
  if (!folder.empty() && path.is_absolute()) path = path.lexically_relative(folder);
  path = path.lexically_normal();
  if (path.empty() || path.is_absolute() || path != path.filename() || path == ".." || path == ".")
    object.refuse(key, fmt::format("'{}' is not the name of a file in output_dir", text));
  return path.string();
}

void Reader::read_output(const File& file) {
  const auto output = file.object.object("output");
  if (!output) return;
  if (const auto folder = output->text("output_dir"))
    config_.output_folder = file.manifest.path(*folder, output->where("output_dir"));
  const auto name = [&](std::string_view key, const std::string& text) {
    return file_name_of(*output, key, file.manifest, text, config_.output_folder);
  };
  if (const auto spikes = output->text("spikes_file")) config_.spikes_file = name("spikes_file", *spikes);
  if (const auto log = output->text("log_file")) config_.log_file = name("log_file", *log);
  config_.overwrite = output->flag("overwrite_output_dir").value_or(config_.overwrite);
  if (const auto order = output->text("spikes_sort_order")) {
    constexpr std::string_view known[] = {"time", "by_time", "id", "gid", "by_id", "by_gid", "none"};
    if (*order == "time" || *order == "by_time")
      config_.order = SpikeOrder::by_time;
    else if (*order == "id" || *order == "gid" || *order == "by_id" || *order == "by_gid")
      config_.order = SpikeOrder::by_id;
    else if (*order == "none")
      config_.order = SpikeOrder::none;
    else
      output->refuse("spikes_sort_order", fmt::format("'{}' is not an order{}", *order, did_you_mean(*order, known)));
  }
  note_unread(*output, unread_);
}

void Reader::read_current(const JsonObject& input, SonataInput& out) {
  const std::string module = input.text("module").value_or("IClamp");
  if (module != "IClamp")
    input.refuse("module", fmt::format("'{}' is not a module of current_clamp; allowed: IClamp", module));
  const auto amp = input.number("amp");
  if (!amp) input.refuse("amp", "this key is missing: the current in nA");
  const auto duration = input.number("duration");
  if (!duration) input.refuse("duration", "this key is missing: how long the current flows, in ms");
  const auto delay = input.number("delay");
  if (!delay) input.refuse("delay", "this key is missing: when the current begins, in ms");
  out.amplitude_pA = *amp * pA_per_nA;
  out.start = time_of(input, "delay", *delay);
  out.stop = out.start + (time_of(input, "duration", *duration) - Time{});
  config_.assumptions.push_back(fmt::format("input '{}': amp = {} is taken in nA, as SONATA defines it: {} pA", out.name,
                                            *amp, out.amplitude_pA));
}

SonataInput Reader::read_input(const File& file, const JsonObject& input, const std::string& name) {
  SonataInput result;
  result.name = name;
  result.where = input.where();
  const std::string type = input.required_text("input_type");
  result.node_set = node_set_of(input, "node_set");
  if (type == "current_clamp") {
    result.kind = SonataInput::Kind::current_clamp;
    read_current(input, result);
    return result;
  }
  constexpr std::string_view types[] = {"spikes", "current_clamp"};
  if (type != "spikes")
    input.refuse("input_type", fmt::format("'{}' is not supported{}", type, did_you_mean(type, types)));
  constexpr std::string_view modules[] = {"h5", "hdf5", "sonata", "csv", "nwb"};
  const std::string module = input.required_text("module");
  if (std::find(std::begin(modules), std::end(modules), module) == std::end(modules))
    input.refuse("module", fmt::format("'{}' is not supported{}", module, did_you_mean(module, modules)));
  result.csv = module == "csv";
  result.file = existing(input, "input_file", file.manifest, input.required_text("input_file"));
  return result;
}

void Reader::read_inputs(const File& file) {
  const auto inputs = file.object.object("inputs");
  if (!inputs) return;
  for (const auto& item : inputs->json().items()) {
    const JsonObject input = *inputs->object(item.key());
    const bool enabled = input.flag("enabled").value_or(true);
    if (!enabled) {
      config_.assumptions.push_back(fmt::format("input '{}' is left out, as its 'enabled': false says", item.key()));
      continue;
    }
    config_.inputs.push_back(read_input(file, input, item.key()));
    note_unread(input, unread_);
  }
}

std::optional<SonataReport> Reader::read_report(const JsonObject& report, const std::string& name) {
  if (!report.flag("enabled").value_or(true)) {
    config_.assumptions.push_back(fmt::format("report '{}' is left out, as its 'enabled': false says", name));
    return std::nullopt;
  }
  SonataReport result;
  result.name = name;
  result.where = report.where();
  constexpr std::string_view modules[] = {"membrane_report", "multimeter_report"};
  const std::string module = report.text("module").value_or("membrane_report");
  if (std::find(std::begin(modules), std::end(modules), module) == std::end(modules))
    report.refuse("module", fmt::format("'{}' is not supported{}", module, did_you_mean(module, modules)));
  const std::string variable = report.required_text("variable_name");
  if (variable != "V_m" && variable != "v")
    report.refuse("variable_name", fmt::format("'{}' cannot be recorded; allowed: V_m (or v)", variable));
  const std::string unit = report.text("unit").value_or("mV");
  if (unit != "mV") report.refuse("unit", fmt::format("'{}' is not supported; allowed: mV", unit));
  result.cells = node_set_of(report, "cells");
  result.start = time_of(report, "start_time", report.number("start_time").value_or(0.0));
  if (const auto end = report.number("end_time")) result.stop = time_of(report, "end_time", *end);
  if (result.stop <= result.start) report.refuse("end_time", "must lie after start_time");
  const auto dt = report.number("dt");
  if (!dt && !dt_) report.refuse("dt", "this key is missing, here and in 'run': the interval of the report in ms");
  result.interval = Delay::from_ms(number_above_zero(report, "dt", dt ? *dt : *dt_));
  if (result.interval.ticks <= 0) report.refuse("dt", "must be 1e-9 ms or more");
  result.file_name = file_name_of(report, "file_name", Manifest(), report.text("file_name").value_or(name), "");
  if (!result.file_name.ends_with(".h5")) result.file_name += ".h5";
  constexpr std::string_view without_effect[] = {"sections", "electrode_channels"};
  report.ignore(without_effect);
  note_unread(report, unread_);
  return result;
}

void Reader::read_reports(const File& file) {
  const auto reports = file.object.object("reports");
  if (!reports) return;
  for (const auto& item : reports->json().items()) {
    auto report = read_report(*reports->object(item.key()), item.key());
    if (!report) continue;
    for (const SonataReport& other : config_.reports)
      if (other.file_name == report->file_name)
        throw Error(ErrorKind::input, fmt::format("{}: writes '{}', as report '{}' does", report->where,
                                                  report->file_name, other.name));
    config_.reports.push_back(std::move(*report));
  }
}

void Reader::read_simulation(const File& file) {
  read_components(file);
  config_.target_simulator = file.object.text("target_simulator").value_or(config_.target_simulator);
  if (const auto sets = file.object.text("node_sets_file"))
    config_.node_sets_file = existing(file.object, "node_sets_file", file.manifest, *sets);
  read_run(file);
  read_conditions(file);
  read_output(file);
  read_inputs(file);
  read_reports(file);
  constexpr std::string_view without_effect[] = {"version", "name", "network"};
  file.object.ignore(without_effect);
  note_unread(file.object, unread_);
}

}  // namespace

bool is_sonata_config(const std::filesystem::path& path) {
  if (path.extension() == ".json") return true;
  std::ifstream in(path);
  char first = ' ';
  while (in.get(first) && std::isspace(static_cast<unsigned char>(first)) != 0) {
  }
  return in && first == '{';
}

SonataConfig read_sonata_config(const std::filesystem::path& path) { return Reader().read(path); }

}  // namespace synop
