#include "synop/io/sonata/config.hpp"

#include <cctype>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/config_sections.hpp"

namespace synop {

namespace {

using sonata::ConfigFile;
using sonata::existing;
using sonata::Json;
using sonata::JsonObject;
using sonata::note_unread;

class Reader {
 public:
  SonataConfig read(const std::filesystem::path& path);

 private:
  void read_circuit(const ConfigFile& file);
  void read_files(const ConfigFile& file, const JsonObject& networks, std::string_view kind, std::vector<SonataFiles>& out);
  void read_components(const ConfigFile& file);
  void read_simulation(const ConfigFile& file);
  void read_run(const ConfigFile& file);
  void read_conditions(const ConfigFile& file);
  void read_output(const ConfigFile& file);
  ConfigFile circuit_beside(const std::filesystem::path& simulation);

  SonataConfig config_;
  std::optional<double> dt_;
  std::vector<std::string> unread_;
};

// Where the simulation configuration does not say which circuit it is about.
ConfigFile Reader::circuit_beside(const std::filesystem::path& simulation) {
  const std::filesystem::path beside = std::filesystem::absolute(simulation).parent_path() / "circuit_config.json";
  std::error_code ignored;
  if (!std::filesystem::exists(beside, ignored))
    throw Error(ErrorKind::input,
                fmt::format("{}: network: this key is missing: the path of the circuit configuration", simulation.string()));
  config_.assumptions.push_back("the circuit is the circuit_config.json beside the simulation configuration, which has "
                                "no key 'network'");
  return ConfigFile(beside);
}

SonataConfig Reader::read(const std::filesystem::path& path) {
  config_.text = sonata::read_text_file(path);
  const ConfigFile first(path);
  config_.file = path.string();
  config_.name = std::filesystem::absolute(path).lexically_normal().parent_path().filename().string();
  const auto simulation_path = first.object.text("simulation");
  const auto network_path = first.object.text("network");
  std::optional<ConfigFile> simulation;
  if (simulation_path) {
    note_unread(first.object, unread_);
    simulation.emplace(existing(first.object, "simulation", first.manifest, *simulation_path));
    config_.text = sonata::read_text_file(simulation->object.file());
  }
  const ConfigFile& about_run = simulation ? *simulation : first;
  if (!about_run.object.has("run"))
    about_run.object.refuse("run", "this key is missing: a simulation configuration says how long the run is; allowed "
                                   "here: a simulation configuration, or a file with the keys network and simulation");
  if (about_run.object.has("networks")) {
    read_circuit(about_run);
  } else if (network_path) {
    read_circuit(ConfigFile(existing(first.object, "network", first.manifest, *network_path)));
  } else if (const auto own = about_run.object.text("network")) {
    read_circuit(ConfigFile(existing(about_run.object, "network", about_run.manifest, *own)));
  } else {
    read_circuit(circuit_beside(about_run.object.file()));
  }
  read_simulation(about_run);
  if (!unread_.empty())
    config_.assumptions.push_back(fmt::format("these keys of the configuration have no effect here: {}", fmt::join(unread_, ", ")));
  return std::move(config_);
}

void Reader::read_files(const ConfigFile& file, const JsonObject& networks, std::string_view kind,
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

void Reader::read_components(const ConfigFile& file) {
  const auto components = file.object.object("components");
  if (!components) return;
  for (const auto& item : components->json().items())
    if (item.value().is_string())
      config_.components[item.key()] =
          file.manifest.path(item.value().get<std::string>(), components->where(item.key()));
}

void Reader::read_circuit(const ConfigFile& file) {
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

void Reader::read_run(const ConfigFile& file) {
  const JsonObject run = *file.object.object("run");
  dt_ = run.number("dt");
  if (dt_) sonata::number_above_zero(run, "dt", *dt_);
  if (const auto start = run.number("tstart"); start && *start != 0.0)
    run.refuse("tstart", fmt::format("{} ms; allowed: 0, where every run begins", *start));
  const auto stop = run.number("tstop");
  if (!stop) run.required_text("tstop");  // absent: names the nearest key that is given
  config_.duration = sonata::time_of(run, "tstop", sonata::number_above_zero(run, "tstop", *stop));
  config_.overwrite = run.flag("overwrite_output_dir").value_or(false);
  if (dt_)
    config_.assumptions.push_back(fmt::format(
        "run.dt = {} ms is the interval of reports that give none, and nothing else: spike times are exact", *dt_));
  note_unread(run, unread_);
}

void Reader::read_conditions(const ConfigFile& file) {
  const auto conditions = file.object.object("conditions");
  if (!conditions) return;
  if (const auto celsius = conditions->number("celsius"))
    config_.assumptions.push_back(fmt::format("conditions.celsius = {} has no effect on point neurons", *celsius));
  if (const auto v_init = conditions->number("v_init"))
    config_.assumptions.push_back(
        fmt::format("conditions.v_init = {} mV has no effect on point neurons, which begin at their own V_m", *v_init));
  note_unread(*conditions, unread_);
}

void Reader::read_output(const ConfigFile& file) {
  const auto output = file.object.object("output");
  if (!output) return;
  if (const auto folder = output->text("output_dir"))
    config_.output_folder = file.manifest.path(*folder, output->where("output_dir"));
  const auto name = [&](std::string_view key, const std::string& text) {
    return sonata::file_name_of(*output, key, file.manifest, text, config_.output_folder);
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

void Reader::read_simulation(const ConfigFile& file) {
  read_components(file);
  config_.target_simulator = file.object.text("target_simulator").value_or(config_.target_simulator);
  if (const auto sets = file.object.text("node_sets_file"))
    config_.node_sets_file = existing(file.object, "node_sets_file", file.manifest, *sets);
  read_run(file);
  read_conditions(file);
  read_output(file);
  sonata::read_inputs(file, config_, unread_);
  sonata::read_reports(file, dt_, config_, unread_);
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
