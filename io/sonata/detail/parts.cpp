#include "synop/io/sonata/detail/parts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/sonata/detail/stimuli.hpp"
#include "synop/neurons/spike_generator.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

constexpr std::size_t most_parts = 256;  // of a population; every pair of parts can make a projection

// A dataset of dynamics_params.
struct OwnValues {
  std::string name;
  std::vector<double> values;  // by row; NaN where it has none
};

// What neurons of one part share. The values are those of parameters that cut, in the order of `own`.
struct Key {
  std::uint32_t model = no_value;   // number of the template, or no_value for virtual nodes
  std::uint32_t file = no_value;    // number of the file of dynamics_params
  std::uint32_t given = 0;          // bits: which of `own` the row has
  std::vector<double> values = {};
  friend auto operator<=>(const Key&, const Key&) = default;
};

class Cutter {
 public:
  Cutter(Circuit& circuit, std::uint32_t population, const std::vector<std::vector<Time>>& spikes)
      : circuit_(circuit), nodes_(circuit.nodes[population]), population_(population), spikes_(spikes) {}

  void run();

 private:
  void read();
  std::vector<Key> keys() const;
  bool may_vary(const OwnValues& own, const NeuronTemplate& what) const;
  void add(const Key& key, std::vector<std::uint32_t> rows);
  void add_neurons(const Key& key, Part& part);
  const NeuronParameters& parameters(const Key& key, const NeuronTemplate& what);
  std::string label_of(std::uint32_t row);
  void note_defaults(const NeuronTemplate& what, std::span<const NamedValue> given, std::span<const VariedParameter> varied);
  void assume(const std::string& sentence);

  Circuit& circuit_;
  const Nodes& nodes_;
  std::uint32_t population_;
  const std::vector<std::vector<Time>>& spikes_;
  std::vector<bool> virtual_;
  TextColumn models_;
  TextColumn files_;
  std::vector<const NeuronTemplate*> templates_;  // by number of the value of models_
  std::vector<OwnValues> own_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, NeuronParameters> read_;
  std::set<std::string> labels_;
  std::size_t part_count_ = 0;
};

void Cutter::assume(const std::string& sentence) {
  std::vector<std::string>& all = circuit_.assumptions;
  if (std::find(all.begin(), all.end(), sentence) == all.end()) all.push_back(sentence);
}

void Cutter::read() {
  const Rows& rows = nodes_.rows();
  virtual_ = virtual_nodes(nodes_);
  models_ = rows.text("model_template");
  files_ = rows.text("dynamics_params");
  templates_.resize(models_.values.size());
  for (std::size_t row = 0; row < nodes_.size(); ++row) {
    if (virtual_[row]) continue;
    if (models_.at(row) == nullptr)
      refuse(fmt::format("{}: node {} (type {}) has no model_template", rows.where(), nodes_.id(row), rows.type_of(row)));
    const NeuronTemplate*& what = templates_[models_.of_row[row]];
    if (what == nullptr)
      what = &find_template(*models_.at(row),
                            fmt::format("{}: node {} (type {})", rows.where(), nodes_.id(row), rows.type_of(row)));
  }
  for (const std::string& name : rows.dynamics_names()) own_.push_back({name, rows.dynamics(name)});
  if (own_.size() > 31) refuse(fmt::format("{}: {} parameters in dynamics_params; allowed: at most 31", rows.where(), own_.size()));
}

bool Cutter::may_vary(const OwnValues& own, const NeuronTemplate& what) const {
  if (own.name == "V_m" && what.convention == Convention::nest) return true;
  for (const ParameterDefault& row : model_of(what).parameters)
    if (row.info.name == own.name) return row.may_vary;
  return false;
}

std::vector<Key> Cutter::keys() const {
  std::vector<Key> keys(nodes_.size());
  for (std::size_t row = 0; row < nodes_.size(); ++row) {
    Key& key = keys[row];
    if (virtual_[row]) continue;
    key.model = models_.of_row[row];
    key.file = files_.of_row[row];
    for (std::size_t i = 0; i < own_.size(); ++i) {
      if (std::isnan(own_[i].values[row])) continue;
      key.given |= 1u << i;
      if (!may_vary(own_[i], *templates_[key.model])) key.values.push_back(own_[i].values[row]);
    }
  }
  return keys;
}

void Cutter::run() {
  read();
  const std::vector<Key> keys = this->keys();
  std::map<Key, std::uint32_t> numbers;  // in order of their first node
  std::vector<std::pair<const Key*, std::vector<std::uint32_t>>> parts;
  for (std::uint32_t row = 0; row < keys.size(); ++row) {
    const auto [at, added] = numbers.emplace(keys[row], static_cast<std::uint32_t>(parts.size()));
    if (added) parts.push_back({&at->first, {}});
    parts[at->second].second.push_back(row);
  }
  if (parts.size() > most_parts)
    refuse(fmt::format("{}: the nodes have {} different sets of those parameters that their model wants equal in a "
                       "population; allowed: at most {}",
                       nodes_.rows().where(), parts.size(), most_parts));
  part_count_ = parts.size();
  circuit_.places.emplace_back(nodes_.size());
  for (auto& [key, rows] : parts) add(*key, std::move(rows));
}

// What the part that begins with the row is called: its type, where the population has several parts.
std::string Cutter::label_of(std::uint32_t row) {
  if (part_count_ == 1) return "";
  const std::string type = std::to_string(nodes_.rows().type_of(row));
  std::string label = type;
  for (int i = 2; !labels_.insert(label).second; ++i) label = fmt::format("{}.{}", type, i);
  return label;
}

const NeuronParameters& Cutter::parameters(const Key& key, const NeuronTemplate& what) {
  const auto [at, added] = read_.try_emplace({key.model, key.file});
  if (!added || key.file == no_value) return at->second;
  const std::string& file = files_.values[key.file];
  const auto folder = circuit_.config.components.find("point_neuron_models_dir");
  if (folder == circuit_.config.components.end())
    refuse(fmt::format("{}: components.point_neuron_models_dir: this key is missing: the folder of '{}', the "
                       "dynamics_params of population '{}'",
                       circuit_.config.file, file, nodes_.name()));
  const std::filesystem::path path = folder->second / file;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    refuse(fmt::format("{}: dynamics_params '{}' is '{}', which does not exist", nodes_.rows().where(), file, path.string()));
  at->second = read_neuron_parameters(path, what);
  return at->second;
}

void Cutter::note_defaults(const NeuronTemplate& what, std::span<const NamedValue> given,
                           std::span<const VariedParameter> varied) {
  std::vector<std::string> defaults;
  for (const ParameterDefault& row : model_of(what).parameters) {
    const auto is_it = [&](const auto& value) { return value.name == row.info.name; };
    if (std::any_of(given.begin(), given.end(), is_it) || std::any_of(varied.begin(), varied.end(), is_it)) continue;
    defaults.push_back(fmt::format("{} = {}{}{}", row.info.name, row.default_value, row.info.unit.empty() ? "" : " ", row.info.unit));
  }
  if (!defaults.empty())
    assume(fmt::format("population '{}': {} (not given; the defaults of {})", nodes_.name(), fmt::join(defaults, ", "), what.name));
}

void Cutter::add_neurons(const Key& key, Part& part) {
  const NeuronTemplate& what = *part.neurons;
  const NeuronParameters& of_file = parameters(key, what);
  std::vector<NamedValue> given = of_file.values;
  std::vector<VariedParameter> varied;
  std::optional<Distribution> potential;
  if (of_file.potential) potential = constant(*of_file.potential);
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if ((key.given >> i & 1u) == 0) continue;
    check_parameter_name(own_[i].name, what, nodes_.rows().where());
    std::vector<double> values;
    for (const std::uint32_t row : part.rows)
      values.push_back(own_[i].name == "V_m" ? own_[i].values[row] : in_model_unit(own_[i].values[row], what));
    std::erase_if(given, [&](const NamedValue& value) { return value.name == own_[i].name; });
    if (!may_vary(own_[i], what))
      given.push_back({own_[i].name, values.front()});
    else if (own_[i].name == "V_m")
      potential = Distribution{.kind = Distribution::list, .values = std::move(values)};
    else
      varied.push_back({own_[i].name, {.kind = Distribution::list, .values = std::move(values)}});
  }
  note_defaults(what, given, varied);
  if (what.convention == Convention::nrn)
    assume(fmt::format("population '{}': times in the dynamics_params of {} are taken in s, as in the published examples",
                       nodes_.name(), what.name));
  if (what.convention == Convention::nest && !potential) {
    potential = constant(nest_potential);
    assume(fmt::format("population '{}': V_m = {} mV at the start (not given; NEST's default, whatever E_L is)", nodes_.name(),
                       nest_potential));
  }
  circuit_.builder.add_population(part.name, static_cast<std::uint32_t>(part.rows.size()),
                                  make_neurons(what.model, given, varied), potential);
}

void Cutter::add(const Key& key, std::vector<std::uint32_t> rows) {
  Part part{population_, key.model == no_value ? nullptr : templates_[key.model], label_of(rows.front()), nodes_.name(),
            std::move(rows)};
  if (!part.label.empty()) part.name += ":" + part.label;
  const auto index = static_cast<std::uint32_t>(circuit_.parts.size());
  for (std::uint32_t i = 0; i < part.rows.size(); ++i) circuit_.places[population_][part.rows[i]] = {index, i};
  try {
    if (part.neurons != nullptr) {
      add_neurons(key, part);
    } else {
      std::vector<std::vector<Time>> trains;
      for (const std::uint32_t row : part.rows) trains.push_back(spikes_[row]);
      circuit_.builder.add_population(part.name, static_cast<std::uint32_t>(part.rows.size()),
                                      std::make_unique<SpikeGenerator>(std::move(trains)));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) throw;
    const std::string file = key.file == no_value ? "" : fmt::format(" with '{}'", files_.values[key.file]);
    refuse(fmt::format("{}{}: {}", nodes_.rows().where(), file, error.what()));
  }
  circuit_.parts.push_back(std::move(part));
}

}  // namespace

std::vector<bool> virtual_nodes(const Nodes& nodes) {
  const TextColumn types = nodes.rows().text("model_type");
  constexpr std::string_view known[] = {"virtual", "point_neuron", "point_process"};
  std::vector<bool> result(nodes.size());
  for (std::size_t row = 0; row < nodes.size(); ++row) {
    const std::string* const type = types.at(row);
    const auto where = [&] {
      return fmt::format("{}: node {} (type {})", nodes.rows().where(), nodes.id(row), nodes.rows().type_of(row));
    };
    if (type == nullptr) refuse(fmt::format("{} has no model_type; allowed: virtual, point_neuron, point_process", where()));
    if (std::find(std::begin(known), std::end(known), *type) == std::end(known))
      refuse(fmt::format("{}: model_type '{}' is not supported{}", where(), *type, did_you_mean(*type, known)));
    result[row] = *type == "virtual";
  }
  return result;
}

void add_parts(Circuit& circuit, const std::vector<std::vector<std::vector<Time>>>& spikes) {
  for (std::uint32_t p = 0; p < circuit.nodes.size(); ++p) {
    if (circuit.nodes[p].size() == 0) {
      circuit.places.emplace_back();
      circuit.assumptions.push_back(fmt::format("population '{}' has no nodes and is left out", circuit.nodes[p].name()));
      continue;
    }
    if (!add_stimulus(circuit, p, spikes[p])) Cutter(circuit, p, spikes[p]).run();
  }
}

}  // namespace synop::sonata
