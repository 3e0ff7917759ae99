#include "synop/io/nir/detail/exact_neurons.hpp"

#include <algorithm>
#include <cmath>

namespace synop::nir::detail {

namespace {

constexpr double ms_per_s = 1e3;
constexpr double no_threshold = any_potential.high;
constexpr double strictness = 0x1p-38;  // four times the tolerance of the engine's test (core/threshold.hpp)

bool is_cuba(const Node& node) {
  return node.kind == NodeKind::cuba_li || node.kind == NodeKind::cuba_lif;
}
bool is_leaky(const Node& node) {
  return node.kind != NodeKind::i && node.kind != NodeKind::if_;
}

class Builder {
 public:
  Builder(const Node& node, const std::vector<double>& current, bool subtracts)
      : node_(node), current_(current), subtracts_(subtracts) {}

  double constant(std::uint64_t i) const {
    const double input = current_.empty() ? 0.0 : current_[i];
    return is_cuba(node_) ? node_.parameter("w_in").at(i) * input : input;
  }
  double leak(std::uint64_t i) const { return is_leaky(node_) ? node_.parameter("v_leak").at(i) : 0.0; }
  // Subtraction takes off V_th - V_reset, which is to be v_threshold.
  double reset(std::uint64_t i) const {
    return spikes(node_.kind) && !subtracts_ ? node_.parameter("v_reset").at(i) : 0.0;
  }
  double threshold(std::uint64_t i) const {
    if (!spikes(node_.kind)) return no_threshold;
    const double v = node_.parameter("v_threshold").at(i);
    const double scale =
        std::abs(v) + std::abs(reset(i)) + std::abs(leak(i)) + std::abs(node_.parameter("r").at(i) * constant(i));
    return v + strictness * scale;
  }

  template <class Value>
  void set(PopulationSection& section, const char* name, Value value) const {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < node_.size(); ++i) values.push_back(value(i));
    const bool equal = std::all_of(values.begin(), values.end(), [&](double x) { return x == values.front(); });
    if (equal)
      section.parameters.push_back({name, values.front()});
    else
      section.varied.push_back({name, {.kind = Distribution::Kind::list, .values = std::move(values)}});
  }

 private:
  const Node& node_;
  const std::vector<double>& current_;
  bool subtracts_;
};

}  // namespace

PopulationSection exact_neurons(const Node& node, const std::string& name, const std::vector<double>& current,
                                Reset reset) {
  const bool subtracts = spikes(node.kind) && reset == Reset::by_subtraction;
  const Builder of(node, current, subtracts);
  const auto in_ms = [&](const char* dataset) {
    return [&node, dataset](std::uint64_t i) { return node.parameter(dataset).at(i) * ms_per_s; };
  };
  const Array& r = node.parameter("r");
  PopulationSection section;
  section.name = name;
  section.size = static_cast<std::uint32_t>(node.size());
  section.initial_potential = Distribution{.a = 0.0};
  section.is_readout = !spikes(node.kind);
  if (is_leaky(node)) {
    const char* const tau = is_cuba(node) ? "tau_mem" : "tau";
    section.model = is_cuba(node) ? "iaf_psc_exp" : "iaf_psc_delta";
    of.set(section, "tau_m", in_ms(tau));
    of.set(section, "C_m", [&](std::uint64_t i) { return node.parameter(tau).at(i) * ms_per_s / r.at(i); });
    of.set(section, "E_L", [&](std::uint64_t i) { return of.leak(i); });
  } else {
    section.model = "if_psc_delta";
    of.set(section, "C_m", [&](std::uint64_t i) { return ms_per_s / r.at(i); });
  }
  if (is_cuba(node))
    for (const char* side : {"tau_syn_ex", "tau_syn_in"}) of.set(section, side, in_ms("tau_syn"));
  of.set(section, "V_th", [&](std::uint64_t i) { return of.threshold(i); });
  of.set(section, "V_reset", [&](std::uint64_t i) { return of.reset(i); });
  section.parameters.push_back({"t_ref", 0.0});
  if (subtracts) section.parameters.push_back({"reset_by_subtraction", 1.0});
  of.set(section, "I_e", [&](std::uint64_t i) { return of.constant(i); });
  return section;
}

std::vector<double> jump_per_weight(const Node& node, double area) {
  std::vector<double> jump;
  for (std::uint64_t i = 0; i < node.size(); ++i) {
    const double r = node.parameter("r").at(i);
    if (is_cuba(node))
      jump.push_back(node.parameter("w_in").at(i) * area / node.parameter("tau_syn").at(i));
    else
      jump.push_back(is_leaky(node) ? r * area / node.parameter("tau").at(i) : r * area);
  }
  return jump;
}

std::vector<double> initial_currents(const Node& node, const std::vector<double>& current) {
  if (!is_cuba(node) || current.empty()) return {};
  std::vector<double> jump;
  for (std::uint64_t i = 0; i < node.size(); ++i) jump.push_back(-node.parameter("w_in").at(i) * current[i]);
  return jump;
}

}  // namespace synop::nir::detail
