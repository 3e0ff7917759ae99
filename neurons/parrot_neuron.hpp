#pragma once

#include <array>
#include <limits>
#include <string_view>

#include "synop/core/neuron_block.hpp"

namespace synop {

// Repeats every spike it receives at the instant it arrives, whatever the weight, once per synapse (NEST).
struct ParrotNeuron {
  static constexpr std::string_view name = "parrot_neuron";
  static constexpr std::string_view weight_unit = "";
  static constexpr std::string_view doc = "repeats every spike it receives";
  static constexpr std::string_view source = "NEST";

  static constexpr auto parameter_table() { return std::array<Parameter<ParrotNeuron>, 0>{}; }
  void validate() const {}
  Delay refractory_time() const { return {}; }
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics {
   public:
    static constexpr bool is_refractory_model = false;
    static constexpr std::uint64_t bytes_per_neuron = 0;
    static constexpr std::uint64_t bytes_per_delivery = 0;
    struct Instant {};

    Dynamics(const ParrotNeuron&, std::uint32_t) {}
    Instant instant(Time, Time) { return {}; }
    template <class Target, class Weights>
    void excite(const Instant&, const Target* targets, Weights, std::size_t n, Alerts& alerts) {
      alerts.insert(alerts.end(), targets, targets + n);
    }
    template <class Target, class Weights>
    void inhibit(const Instant& instant, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
      excite(instant, targets, weights, n, alerts);
    }
    Time attend(std::uint32_t, Time t, Time) { return t; }
    void scan(Time, Time, Alerts&) {}
    bool scans_windows() const { return false; }
    void fire(std::uint32_t, Time) {}
    void release(std::uint32_t, Time) {}
    void add_current(std::uint32_t, std::uint32_t, double, Time) {}
    double value(std::string_view variable, std::uint32_t, Time) { throw_unknown_variable(name, variable, {}); }
    void set_value(std::string_view variable, std::uint32_t, double, Time) { throw_unknown_variable(name, variable, {}); }
    void freeze_adaptation(bool, Time) {}
    void restart(Time) {}
    template <class Archive>
    void serialize(Archive&) {}
  };
};

}  // namespace synop
