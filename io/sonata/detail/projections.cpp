#include "synop/io/sonata/detail/projections.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/stimuli.hpp"
#include "synop/synapses/connect/explicit_list.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

constexpr double default_delay = 1.0;  // ms, of NEST and of NEURON

// The synapses from one part to another, in the order of the edges.
struct Synapses {
  std::vector<ExplicitList::Connection> pairs;
  std::vector<double> weights;
  std::vector<double> delays;
};

Distribution listed_or_constant(std::vector<double> values) {
  const bool equal = std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
  if (equal) return constant(values.front());
  return {.kind = Distribution::list, .values = std::move(values)};
}

class Reader {
 public:
  Reader(Circuit& circuit, const Edges& edges) : circuit_(circuit), edges_(edges), rows_(edges.rows) {}

  void run();

 private:
  std::string row_name(std::size_t edge) const { return fmt::format("{}, edge {}", rows_.where(), edge); }
  void check_models();
  void refuse_dynamics() const;
  std::vector<double> delays();
  std::vector<double> weights();
  const SynapseParameters& parameters(std::uint32_t file, Convention convention);
  const std::string& label_of(std::uint32_t part) const {
    return circuit_.parts[part].label.empty() ? circuit_.parts[part].name : circuit_.parts[part].label;
  }
  void connect(std::uint32_t source, std::uint32_t target, Synapses synapses, bool only);

  Circuit& circuit_;
  const Edges& edges_;
  const Rows& rows_;
  TextColumn files_;
  std::map<std::pair<std::uint32_t, Convention>, SynapseParameters> read_;
};

void Reader::refuse_dynamics() const {
  for (const std::string& name : rows_.dynamics_names())
    refuse(fmt::format("{} has dynamics_params/{}; parameters of single synapses are not supported", rows_.where(), name));
}

void Reader::check_models() {
  const TextColumn models = rows_.text("model_template");
  const TextColumn functions = rows_.text("weight_function");
  for (std::size_t edge = 0; edge < rows_.size(); ++edge) {
    const std::string* const model = models.at(edge);
    if (model != nullptr && *model != "static_synapse" && *model != "nest:static_synapse")
      refuse(fmt::format("{} (type {}): the synapse model_template '{}' is not supported; allowed: static_synapse",
                         row_name(edge), rows_.type_of(edge), *model));
    const std::string* const function = functions.at(edge);
    if (function != nullptr && *function != "wmax")
      refuse(fmt::format("{} (type {}): weight_function '{}' is not supported; allowed: wmax", row_name(edge),
                         rows_.type_of(edge), *function));
    const Place target = circuit_.places[edges_.target][edges_.targets[edge]];
    if (circuit_.neurons_at(target) == nullptr)
      refuse(fmt::format("{} leads to node {} of population '{}', which is virtual and takes no input", row_name(edge),
                         circuit_.nodes[edges_.target].id(edges_.targets[edge]), circuit_.nodes[edges_.target].name()));
  }
  if (!functions.values.empty())
    circuit_.assumptions.push_back(fmt::format("edges '{}': weight_function wmax is syn_weight itself", edges_.name()));
}

std::vector<double> Reader::delays() {
  std::vector<double> values = rows_.numbers("delay");
  std::size_t assumed = 0;
  for (std::size_t edge = 0; edge < values.size(); ++edge) {
    if (std::isnan(values[edge])) {
      values[edge] = default_delay;
      ++assumed;
    }
    if (values[edge] < 0.0)
      refuse(fmt::format("{}: delay = {} ms is outside the allowed range [0, inf)", row_name(edge), values[edge]));
  }
  if (assumed > 0)
    circuit_.assumptions.push_back(fmt::format("edges '{}': delay = {} ms of {} edges (not given; the default of NEST and NEURON)",
                                               edges_.name(), default_delay,
                                               assumed == values.size() ? "all" : std::to_string(assumed)));
  return values;
}

const SynapseParameters& Reader::parameters(std::uint32_t file, Convention convention) {
  const auto [at, added] = read_.try_emplace({file, convention});
  if (!added || file == no_value) return at->second;
  const std::string& name = files_.values[file];
  const auto folder = circuit_.config.components.find("synaptic_models_dir");
  if (folder == circuit_.config.components.end())
    refuse(fmt::format("{}: components.synaptic_models_dir: this key is missing: the folder of '{}', the dynamics_params of "
                       "edges '{}'",
                       circuit_.config.file, name, edges_.name()));
  const std::filesystem::path path = folder->second / name;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    refuse(fmt::format("{}: dynamics_params '{}' is '{}', which does not exist", rows_.where(), name, path.string()));
  at->second = read_synapse_parameters(path, convention);
  return at->second;
}

std::vector<double> Reader::weights() {
  std::vector<double> values = rows_.numbers("syn_weight");
  const std::vector<double> multiplicity = rows_.numbers("nsyns");
  files_ = rows_.text("dynamics_params");
  std::size_t unsigned_edges = 0;
  for (std::size_t edge = 0; edge < values.size(); ++edge) {
    if (std::isnan(values[edge]))
      refuse(fmt::format("{} has no syn_weight, neither in its group nor in the table of edge types", row_name(edge)));
    const Place target = circuit_.places[edges_.target][edges_.targets[edge]];
    const Convention convention = circuit_.parts[target.part].neurons->convention;
    const SynapseParameters& own = parameters(files_.of_row[edge], convention);
    if (own.sign) values[edge] *= *own.sign;
    if (convention == Convention::nrn && !own.sign) ++unsigned_edges;
    if (std::isnan(multiplicity[edge])) continue;
    if (multiplicity[edge] < 0.0 || multiplicity[edge] != std::floor(multiplicity[edge]))
      refuse(fmt::format("{}: nsyns = {} is not a number of synapses", row_name(edge), multiplicity[edge]));
    values[edge] *= multiplicity[edge];
  }
  if (unsigned_edges > 0)
    circuit_.assumptions.push_back(fmt::format("edges '{}': sign = 1 of {} edges (no dynamics_params gives one)", edges_.name(),
                                               unsigned_edges == values.size() ? "all" : std::to_string(unsigned_edges)));
  return values;
}

void Reader::connect(std::uint32_t source, std::uint32_t target, Synapses synapses, bool only) {
  const std::string name = only ? edges_.name()
                                : fmt::format("{}:{}->{}", edges_.name(), label_of(source), label_of(target));
  Synapse synapse;
  synapse.weight = listed_or_constant(std::move(synapses.weights));
  synapse.delay = listed_or_constant(std::move(synapses.delays));
  synapse.double_precision = true;
  circuit_.builder.connect(PopulationId{source}, PopulationId{target}, ExplicitList(synapses.pairs), std::move(synapse), name);
}

void Reader::run() {
  if (rows_.size() == 0) {
    circuit_.assumptions.push_back(fmt::format("edges '{}' are none and are left out", edges_.name()));
    return;
  }
  refuse_dynamics();
  check_models();
  const std::vector<double> delay = delays();
  const std::vector<double> weight = weights();
  if (circuit_.stimuli.contains(edges_.source)) return connect_stimulus(circuit_, edges_, weight, delay);
  std::map<std::pair<std::uint32_t, std::uint32_t>, Synapses> by_parts;
  for (std::size_t edge = 0; edge < rows_.size(); ++edge) {
    const Place source = circuit_.places[edges_.source][edges_.sources[edge]];
    const Place target = circuit_.places[edges_.target][edges_.targets[edge]];
    Synapses& synapses = by_parts[{source.part, target.part}];
    synapses.pairs.push_back({source.neuron, target.neuron});
    synapses.weights.push_back(weight[edge]);
    synapses.delays.push_back(delay[edge]);
  }
  try {
    for (auto& [ends, synapses] : by_parts) connect(ends.first, ends.second, std::move(synapses), by_parts.size() == 1);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) throw;
    refuse(fmt::format("{}: {}", rows_.where(), error.what()));
  }
}

}  // namespace

void add_projections(Circuit& circuit, const Edges& edges) { Reader(circuit, edges).run(); }

}  // namespace synop::sonata
