#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synop/core/neuron_block.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/psc_neurons.hpp"

namespace synop {

// iaf_psc_exp whose neurons differ in any parameter.
//
// Where time constants and C_m, which the common factors of the modes rest on, are equal, only differences of potentials
// act, so each neuron's are shifted until its threshold is that of all: E_L and I_e then are a constant current, and
// V_reset is where a release puts the neuron. The dynamics are those of iaf_psc_exp, as fast. All others are PscNeurons,
// at three exponentials per delivery.
struct IafPscExpVaried {
  using Shared = IafPscExp;
  static constexpr std::string_view name = IafPscExp::name;
  static constexpr std::string_view weight_unit = IafPscExp::weight_unit;
  static constexpr std::array<std::string_view, 9> may_vary{"tau_m", "C_m",  "tau_syn_ex", "tau_syn_in", "E_L",
                                                            "V_th",  "V_reset", "t_ref", "I_e"};

  std::vector<IafPscExp> neurons;  // of a block, never empty

  static constexpr auto parameter_table() { return IafPscExp::parameter_table(); }
  void validate() const {
    for (const IafPscExp& neuron : neurons) neuron.validate();
  }
  Delay refractory_time() const { return neurons.front().refractory_time(); }
  double shortest_time_constant() const { return neurons.front().shortest_time_constant(); }
  std::unique_ptr<Block> make_block(BlockRequest request) const;  // with the fastest dynamics that holds

  class Dynamics;  // equal time constants and C_m
};

// A population of such neurons: add_population("exc", 1000, varied(IafPscExp{}, {{"V_th", uniform(-55.0, -50.0)}})).
std::unique_ptr<PopulationModel> varied(const IafPscExp& common, std::vector<VariedParameter> parameters);

class IafPscExpVaried::Dynamics {
 public:
  using Equal = IafPscExp::Dynamics;
  using Instant = Equal::Instant;
  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = 
      std::max(Equal::bytes_per_neuron + sizeof(IafPscExp), PscNeurons::bytes_per_neuron + sizeof(PscParameters));
  static constexpr std::uint64_t bytes_per_delivery = Equal::bytes_per_delivery;

  Dynamics(const IafPscExpVaried& model, std::uint32_t neurons);

  Instant instant(Time t, Time window_end) { return equal_.instant(t, window_end); }
  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    equal_.excite(now, targets, weights, n, alerts);
  }
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    equal_.inhibit(now, targets, weights, n, alerts);
  }
  Time attend(std::uint32_t i, Time t, Time window_end) { return equal_.attend(i, t, window_end); }
  void scan(Time t, Time window_end, Alerts& alerts) { equal_.scan(t, window_end, alerts); }
  bool scans_windows() const { return equal_.scans_windows(); }
  Delay refractory_time(std::uint32_t i) const { return model_.neurons[i].refractory_time(); }
  void fire(std::uint32_t i, Time t) { equal_.fire(i, t); }
  void release(std::uint32_t i, Time t) { set_value("V_m", i, model_.neurons[i].V_reset, t); }
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
    equal_.add_current(first, count, amplitude, t);
  }
  void add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t) {
    equal_.add_currents(first, amplitudes, t);
  }
  double value(std::string_view variable, std::uint32_t i, Time t);
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool frozen, Time now) { equal_.freeze_adaptation(frozen, now); }
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(equal_);
  }

 private:
  // From a neuron's potentials to those of the common dynamics.
  double shift(std::uint32_t i) const { return model_.neurons.front().V_th - model_.neurons[i].V_th; }

  IafPscExpVaried model_;
  Equal equal_;
};

// The same with time constants of each neuron's own.
struct IafPscExpOwnTimeConstants : IafPscExpVaried {
  class Dynamics;
};

class IafPscExpOwnTimeConstants::Dynamics : public PscNeurons {
 public:
  Dynamics(const IafPscExpOwnTimeConstants& model, std::uint32_t neurons);
};

}  // namespace synop
