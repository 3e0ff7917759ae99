#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "synop/core/neuron_block.hpp"
#include "synop/core/scaled_clock.hpp"
#include "synop/neurons/conductance_batch.hpp"
#include "synop/neurons/conductance_course.hpp"

namespace synop {

// What the dynamics need; symbols and units as in iaf_cond_exp_adaptive.
struct ConductanceParameters {
  std::string_view model;
  double V_th = 0.0, V_reset = 0.0;  // mV
  double g_L = 0.0, C_m = 0.0;       // nS, pF
  double E_ex = 0.0, E_in = 0.0, E_L = 0.0;
  double tau_syn_ex = 0.0, tau_syn_in = 0.0;  // ms
  double I_e = 0.0;                           // pA
  double tolerance = 0.0;                     // mV
  bool adapts = false;                        // whether thresholds rise with spikes
  double theta_plus = 0.0;                    // mV
  double tau_theta = 1.0;                     // ms
  double theta_rest = 0.0;                    // mV
};

template <class Model>
ConductanceParameters conductances_of(const Model& m) {
  ConductanceParameters p{.model = Model::name,
                          .V_th = m.V_th,
                          .V_reset = m.V_reset,
                          .g_L = m.g_L,
                          .C_m = m.C_m,
                          .E_ex = m.E_ex,
                          .E_in = m.E_in,
                          .E_L = m.E_L,
                          .tau_syn_ex = m.tau_syn_ex,
                          .tau_syn_in = m.tau_syn_in,
                          .I_e = m.I_e,
                          .tolerance = m.tolerance};
  if constexpr (requires { m.theta_plus; }) {
    p.adapts = true;
    p.theta_plus = m.theta_plus;
    p.tau_theta = m.tau_theta;
    p.theta_rest = m.theta_rest;
  }
  return p;
}

// Throws Error(model) for reversal potentials, resets and currents that contradict each other.
void check_conductances(const ConductanceParameters& parameters);

// The dynamics of integrate-and-fire neurons with exponential conductances, with or without adaptation of the threshold.
//
// Each neuron keeps its state at its last event. An input moves it to now, many of a group's neurons at a time in vector
// registers (conductance_batch.hpp), and looks ahead only if it may cross, which two bounds tell. With threshold level l
// (V_th, or a value that V_th + theta stays above while the conductances last), all relative to E_L:
//
//   m + (E_ex - m) ex tau_ex < l,  m = max(v, resting potential, E_in): what the conductance still holds does not reach l
//   ex (E_ex - l) <= in (l - E_in) + leak l - drive - theta / tau_theta: v does not rise where it is at l
//
// Neurons above rheobase are always looked at; those whose threshold may come down upon the potential again and again,
// after `watch_`. Proofs: docs/numerics.md.
class ConductanceNeurons {
 public:
  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = 6 * sizeof(double) + sizeof(Time) + 1;
  static constexpr std::uint64_t bytes_per_delivery = 2 * bytes_per_neuron;

  struct Instant {
    Time t;
    double per_factor;  // from a scaled theta to theta
  };

  ConductanceNeurons(const ConductanceParameters& parameters, std::uint32_t neurons);

  Instant instant(Time t, Time) {
    if (!parameters_.adapts) return {t, 1.0};
    rescale_at(t);
    return {t, theta_scale(t)};
  }

  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    deliver<true>(now, targets, weights, n, alerts);
  }
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    deliver<false>(now, targets, weights, n, alerts);
  }
  void excite_range(const Instant& now, std::uint32_t first, StoredWeights<float> weights, std::size_t n,
                    Alerts& alerts);

  Time attend(std::uint32_t i, Time t, Time);
  void scan(Time, Time, Alerts& alerts) const;
  bool scans_windows() const { return false; }
  void fire(std::uint32_t i, Time t);
  void release(std::uint32_t i, Time t);
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t);  // "V_m", "g_ex", "g_in"; "theta" if it adapts
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool frozen, Time now);
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(v_, ex_, in_, drive_, since_, theta_, share_, watched_, slow_, frozen_);
  }

 private:
  static constexpr double saturation = 1e4;  // 1/ms
  static constexpr std::size_t together = 64;
  static constexpr double worth_waiting = 0.25;  // of the fastest time constant; a polynomial looks two of them ahead

  // Neurons that a group reaches, copied side by side to be moved to now.
  struct Gathered {
    std::size_t size = 0;
    std::array<std::uint32_t, together> neuron;
    std::array<double, together> weight;
    std::array<double, together> v{}, ex{}, in{}, drive{};
  };
  template <bool excitatory, class Target, class Weights>
  void deliver(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts);
  template <bool excitatory>
  void move_gathered(const Instant& now, Alerts& alerts);
  template <bool excitatory>
  void receive(const Instant& now, std::uint32_t i, double weight, Alerts& alerts);

  ConductanceState state(std::uint32_t i) const { return {v_[i], ex_[i], in_[i], drive_[i]}; }
  ConductanceState moved(std::uint32_t i, Time t) const;
  void move(std::uint32_t i, Time t) {
    if (since_[i] == t) return;
    const ConductanceState s = moved(i, t);
    v_[i] = s.v;
    ex_[i] = s.ex;
    in_[i] = s.in;
    since_[i] = t;
  }
  // Whether it can reach its threshold before the next input.
  bool may_cross(std::uint32_t i, double per_factor) const;
  double surely_below(std::uint32_t i, double level) const;
  void set_drive(std::uint32_t i, double drive);
  void rescale_at(Time t);
  double theta_scale(Time t) { return frozen_ ? 1.0 : 1.0 / slow_.factor(t); }
  void check_variable(std::string_view variable) const;

  ConductanceParameters parameters_;
  ConductanceMembrane membrane_;
  double per_capacitance_;  // 1 / C_m
  double per_leak_;         // 1 / leak
  double threshold_;        // V_th + theta_rest - E_L: to where it falls
  double theta_rate_;       // 1 / tau_theta; 0 if theta does not move
  double pull_;             // 1; 0 if inhibition decays faster than excitation, which then may outlast it
  Delay watch_;
  ScaledClock slow_;
  bool frozen_ = false;

  std::vector<double> v_, ex_, in_, drive_;  // at `since`; v = -inf while refractory
  std::vector<Time> since_;
  std::vector<double> theta_;  // above theta_rest; scaled by the slow clock, as it is while frozen
  std::vector<double> share_;  // level = threshold + share theta
  std::vector<std::uint8_t> watched_;  // 1 where the level holds for two spans of watch_ only

  ConductanceBatch batch_;
  Gathered gathered_;
};

// An input moves its neuron to now, one Taylor polynomial, which is nearly all of its cost. A neuron that a group reaches
// twice, or that has been moved to now already, is taken by itself. Guarded by benchmarks/delivery_benchmark.cpp.
template <bool excitatory, class Target, class Weights>
void ConductanceNeurons::deliver(const Instant& now, const Target* targets, Weights weights, std::size_t n,
                                 Alerts& alerts) {
  for (std::size_t j = 0; j < n; ++j) {
    const std::uint32_t i = targets[j];
    if (since_[i] == now.t) {
      move_gathered<excitatory>(now, alerts);
      receive<excitatory>(now, i, weights[j] * per_capacitance_, alerts);
      continue;
    }
    const std::size_t k = gathered_.size++;
    gathered_.neuron[k] = i;
    gathered_.weight[k] = weights[j] * per_capacitance_;
    gathered_.v[k] = v_[i];
    gathered_.ex[k] = ex_[i];
    gathered_.in[k] = in_[i];
    gathered_.drive[k] = drive_[i];
    batch_.set(k, (now.t - since_[i]).ms(), std::isinf(v_[i]));
    since_[i] = now.t;
    if (gathered_.size == together) move_gathered<excitatory>(now, alerts);
  }
  move_gathered<excitatory>(now, alerts);
}

template <bool excitatory>
void ConductanceNeurons::move_gathered(const Instant& now, Alerts& alerts) {
  const std::size_t n = std::exchange(gathered_.size, 0);
  if (n == 0) return;
  std::size_t end = n;
  for (; end % ConductanceBatch::lanes != 0; ++end) batch_.set(end, 0.0, true);  // not used
  batch_.advance({gathered_.v.data(), gathered_.ex.data(), gathered_.in.data(), gathered_.drive.data()}, end);
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t i = gathered_.neuron[k];
    v_[i] = gathered_.v[k];
    ex_[i] = gathered_.ex[k];
    in_[i] = gathered_.in[k];
    receive<excitatory>(now, i, gathered_.weight[k], alerts);
  }
}

// Excitation hastens a crossing. Inhibition postpones it, except that it pulls a potential below E_in upwards.
template <bool excitatory>
void ConductanceNeurons::receive(const Instant& now, std::uint32_t i, double weight, Alerts& alerts) {
  if constexpr (excitatory) {
    ex_[i] = std::min(ex_[i] + weight, saturation);
    if (may_cross(i, now.per_factor)) [[unlikely]] alerts.push_back(i);
  } else {
    in_[i] = std::min(in_[i] - weight, saturation);
    if (v_[i] < membrane_.E_in && may_cross(i, now.per_factor)) [[unlikely]] alerts.push_back(i);
  }
}

inline bool ConductanceNeurons::may_cross(std::uint32_t i, double per_factor) const {
  const double theta = theta_[i] * per_factor;
  const double level = threshold_ + share_[i] * theta;
  const double from = std::max(v_[i], std::max(drive_[i] * per_leak_, membrane_.E_in));
  if (from + (membrane_.E_ex - from) * (ex_[i] * parameters_.tau_syn_ex) < level) [[likely]] return false;
  const double hold = membrane_.leak * level - drive_[i] - theta * theta_rate_;
  return !(hold >= 0.0) || ex_[i] * (membrane_.E_ex - level) > in_[i] * (level - membrane_.E_in) * pull_ + hold;
}

}  // namespace synop
