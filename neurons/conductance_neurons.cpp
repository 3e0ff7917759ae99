#include "synop/neurons/conductance_neurons.hpp"

#include <numeric>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/threshold.hpp"
#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/branchless.hpp"
#include "synop/neurons/detail/checks.hpp"

namespace synop {

namespace {

constexpr double longest_watch = 100.0;  // ms; a neuron that nothing else looks at is looked at so often

}  // namespace

void check_conductances(const ConductanceParameters& p) {
  detail::check_reset_below_threshold(p.model, p.V_reset, p.V_th);
  const double lowest = p.V_th + p.theta_rest;
  if (!(p.E_in < lowest))
    throw Error(ErrorKind::model, fmt::format("{}: E_in = {} mV is outside the allowed range (-inf, {} = {})", p.model, p.E_in,
                                              p.theta_rest < 0.0 ? "V_th + theta_rest" : "V_th", lowest));
  if (!(p.E_ex > p.V_th))
    throw Error(ErrorKind::model,
                fmt::format("{}: E_ex = {} mV is outside the allowed range (V_th = {}, inf)", p.model, p.E_ex, p.V_th));
  constexpr double largest_potential = 1e4;  // mV; beyond it a step of the tolerance would be lost in rounding
  const double rest = p.E_L + p.I_e / p.g_L;
  if (!(std::abs(rest) <= largest_potential))
    throw Error(ErrorKind::model,
                fmt::format("{}: E_L + I_e / g_L = {} mV is outside the allowed range [-{}, {}]; give a smaller I_e",
                            p.model, rest, largest_potential, largest_potential));
}

ConductanceNeurons::ConductanceNeurons(const ConductanceParameters& p, std::uint32_t neurons)
    : parameters_(p),
      membrane_{.leak = p.g_L / p.C_m,
                .E_ex = p.E_ex - p.E_L,
                .E_in = p.E_in - p.E_L,
                .rate_ex = 1.0 / p.tau_syn_ex,
                .rate_in = 1.0 / p.tau_syn_in,
                .tolerance = p.tolerance},
      per_capacitance_(1.0 / p.C_m),
      per_leak_(1.0 / membrane_.leak),
      threshold_(p.V_th + p.theta_rest - p.E_L),
      theta_rate_(p.adapts ? 1.0 / p.tau_theta : 0.0),
      pull_(p.tau_syn_in >= p.tau_syn_ex ? 1.0 : 0.0),
      watch_(Delay::from_ms(std::min(longest_watch, std::max(1e-6, 0.05 * p.tau_theta)))),
      slow_(p.tau_theta),
      v_(neurons),
      ex_(neurons),
      in_(neurons),
      drive_(neurons),
      since_(neurons),
      theta_(neurons, -p.theta_rest),
      share_(neurons),
      watched_(neurons),
      batch_(membrane_, std::max<std::size_t>(together, neurons)) {
  restart({});
}

// Thresholds keep what they have learned.
void ConductanceNeurons::restart(Time now) {
  rescale_at(now);
  const double scale = theta_scale(now);
  slow_.restart();
  for (double& theta : theta_) theta *= scale;
  for (auto* column : {&v_, &ex_, &in_}) std::fill(column->begin(), column->end(), 0.0);
  std::fill(since_.begin(), since_.end(), Time{});
  for (std::uint32_t i = 0; i < v_.size(); ++i) set_drive(i, parameters_.I_e * per_capacitance_);
}

// A crossing needs ex (E_ex - V_th) > hold, which holds for no longer than `lasting` after any input; the share of theta
// that is left by then. Where the threshold may fall below the resting potential, or faster than the membrane, the share
// that is left after two spans of watch_. See docs/numerics.md.
void ConductanceNeurons::set_drive(std::uint32_t i, double drive) {
  drive_[i] = drive;
  const double rate = frozen_ ? 0.0 : theta_rate_;
  const double hold = membrane_.leak * threshold_ - drive;
  share_[i] = 1.0;
  watched_[i] = 0;
  if (rate == 0.0) return;
  if (hold <= 0.0 || rate > membrane_.leak) {
    watched_[i] = 1;
    share_[i] = 1.0 - 2.0 * watch_.ms() * rate;
    return;
  }
  const double ratio = saturation * (membrane_.E_ex - threshold_) / hold;
  const double lasting = ratio > 1.0 ? parameters_.tau_syn_ex * log_positive(ratio) : 0.0;
  share_[i] = std::max(0.0, 1.0 - lasting * rate);
}

ConductanceState ConductanceNeurons::moved(std::uint32_t i, Time t) const {
  const double dt = (t - since_[i]).ms();
  if (!std::isinf(v_[i])) return advanced(membrane_, state(i), dt);
  ConductanceState s = state(i);
  s.ex *= exp_bounded(-std::min(600.0, membrane_.rate_ex * dt));
  s.in *= exp_bounded(-std::min(600.0, membrane_.rate_in * dt));
  return s;
}

namespace {

using detail::below;
using detail::larger;

// Adds the inputs and returns whether any neuron passes the first test of may_cross(). Without branches, so that the loop
// is vectorised.
struct RangeInput {
  const float* weight;
  const double* v;
  const double* drive;
  const double* theta;
  const double* share;
  double threshold, per_capacitance, per_factor, per_leak, E_ex, E_in, tau_ex, saturation;
};
SYNOP_VECTORISED bool add_and_test(const RangeInput x, std::size_t n, double* __restrict conductance) {
  std::uint64_t all_below = 1;
  for (std::size_t k = 0; k < n; ++k) {
    const double sum = conductance[k] + static_cast<double>(x.weight[k]) * x.per_capacitance;
    const double ex = select(below(x.saturation, sum), x.saturation, sum);
    const double from = larger(x.v[k], larger(x.drive[k] * x.per_leak, x.E_in));
    const double level = x.threshold + x.share[k] * (x.theta[k] * x.per_factor);
    all_below &= below(from + (x.E_ex - from) * (ex * x.tau_ex), level);
    conductance[k] = ex;
  }
  return all_below == 0;
}

// 1 where a potential moves, 0 where a neuron is refractory.
SYNOP_VECTORISED void find_moving(const double* v, std::size_t n, std::uint64_t* __restrict moving) {
  for (std::size_t k = 0; k < n; ++k) moving[k] = below(std::numeric_limits<double>::lowest(), v[k]);
}
SYNOP_VECTORISED bool all_equal(const Time* since, std::size_t n) {
  std::int64_t differing = 0;
  for (std::size_t k = 0; k < n; ++k) differing |= since[k].ticks ^ since[0].ticks;
  return differing == 0;
}

}  // namespace

void ConductanceNeurons::excite_range(const Instant& now, std::uint32_t first, StoredWeights<float> weights,
                                      std::size_t n, Alerts& alerts) {
  const auto whole = static_cast<std::uint32_t>(n - n % ConductanceBatch::lanes);
  find_moving(&v_[first], whole, batch_.moving());
  if (all_equal(&since_[first], whole))
    std::fill_n(batch_.spans(), whole, (now.t - since_[first]).ms());
  else
    for (std::uint32_t k = 0; k < whole; ++k) batch_.spans()[k] = (now.t - since_[first + k]).ms();
  if (whole > 0) batch_.advance({&v_[first], &ex_[first], &in_[first], &drive_[first]}, whole);
  std::fill_n(since_.begin() + first, whole, now.t);
  const RangeInput input{.weight = weights.values,
                         .v = &v_[first],
                         .drive = &drive_[first],
                         .theta = &theta_[first],
                         .share = &share_[first],
                         .threshold = threshold_,
                         .per_capacitance = per_capacitance_,
                         .per_factor = now.per_factor,
                         .per_leak = per_leak_,
                         .E_ex = membrane_.E_ex,
                         .E_in = membrane_.E_in,
                         .tau_ex = parameters_.tau_syn_ex,
                         .saturation = saturation};
  if (add_and_test(input, whole, &ex_[first])) [[unlikely]]
    for (std::uint32_t i = first; i < first + whole; ++i)
      if (may_cross(i, now.per_factor)) alerts.push_back(i);
  std::array<std::uint32_t, ConductanceBatch::lanes> rest;
  std::iota(rest.begin(), rest.end(), first + whole);
  deliver<true>(now, rest.data(), StoredWeights<float>{weights.values + whole}, n - whole, alerts);
}

// How long the potential stays below its level even if nothing held it back, in ms; see docs/numerics.md.
double ConductanceNeurons::surely_below(std::uint32_t i, double level) const {
  const double from = std::max(v_[i], std::max(drive_[i] * per_leak_, membrane_.E_in));
  if (level <= from) return 0.0;
  const double tau = parameters_.tau_syn_ex;
  const double share = (level - from) / ((membrane_.E_ex - from) * (ex_[i] * tau));  // of what the conductance holds
  return share < 1.0 ? -log_of_complement(share) * tau * (1.0 - 1e-9) : 0.0;
}

// The crossing itself, if it lies in the next step; else the end of that step, or of a time without a crossing that can be
// told without a polynomial, to be looked at again.
Time ConductanceNeurons::attend(std::uint32_t i, Time t, Time) {
  rescale_at(t);
  move(i, t);
  if (std::isinf(v_[i])) return Time::never();
  const double scale = theta_scale(t);
  const CourseThreshold threshold{threshold_, theta_[i] * scale, frozen_ ? 0.0 : theta_rate_};
  if (v_[i] >= threshold.constant + threshold.adaptation - parameters_.tolerance) return t;
  const Time latest = watched_[i] != 0 ? t + watch_ : Time::never();
  if (!may_cross(i, scale)) return latest;
  constexpr auto ticks = static_cast<double>(ticks_per_ms);
  const double below = surely_below(i, threshold_ + share_[i] * threshold.adaptation);
  const double fastest = membrane_.leak + ex_[i] + in_[i] + std::max(membrane_.rate_ex, membrane_.rate_in);
  if (below * fastest > worth_waiting) return std::min(latest, t + Delay{static_cast<std::int64_t>(below * ticks)});
  const Outlook outlook = look_ahead(membrane_, state(i), threshold);
  const double next =
      outlook.crossing >= 0.0 ? std::ceil(outlook.crossing * ticks) : std::floor(outlook.searched * ticks);
  return std::min(latest, t + std::max(tick, Delay{static_cast<std::int64_t>(next)}));
}

void ConductanceNeurons::scan(Time, Time, Alerts& alerts) const {
  for (std::uint32_t i = 0; i < v_.size(); ++i) alerts.push_back(i);
}

void ConductanceNeurons::fire(std::uint32_t i, Time t) {
  move(i, t);
  v_[i] = -std::numeric_limits<double>::infinity();
  if (!parameters_.adapts || frozen_) return;
  rescale_at(t);
  theta_[i] += parameters_.theta_plus * slow_.factor(t);
}

void ConductanceNeurons::release(std::uint32_t i, Time t) {
  move(i, t);
  v_[i] = parameters_.V_reset - parameters_.E_L;
}

void ConductanceNeurons::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    move(i, t);
    set_drive(i, drive_[i] + amplitude * per_capacitance_);
  }
}

void ConductanceNeurons::rescale_at(Time t) {
  if (!parameters_.adapts) return;
  const std::int64_t passed = slow_.advance(t);
  if (passed == 0 || frozen_) [[likely]] return;
  const double factor = ScaledClock::rescale(passed);
  for (double& theta : theta_) theta = rescaled(theta, factor);
}

void ConductanceNeurons::freeze_adaptation(bool frozen, Time now) {
  if (frozen == frozen_ || !parameters_.adapts) return;
  rescale_at(now);
  const double factor = slow_.factor(now);
  frozen_ = frozen;
  for (double& theta : theta_) theta = frozen ? theta / factor : theta * factor;
  for (std::uint32_t i = 0; i < v_.size(); ++i) set_drive(i, drive_[i]);
}

void ConductanceNeurons::check_variable(std::string_view variable) const {
  if (variable == "V_m" || variable == "g_ex" || variable == "g_in") return;
  if (!parameters_.adapts) throw_unknown_variable(parameters_.model, variable, {"V_m", "g_ex", "g_in"});
  if (variable != "theta") throw_unknown_variable(parameters_.model, variable, {"V_m", "g_ex", "g_in", "theta"});
}

double ConductanceNeurons::value(std::string_view variable, std::uint32_t i, Time t) {
  check_variable(variable);
  rescale_at(t);
  if (variable == "theta") return parameters_.theta_rest + theta_[i] * theta_scale(t);
  const ConductanceState s = since_[i] == t ? state(i) : moved(i, t);
  if (variable == "g_ex") return s.ex * parameters_.C_m;
  if (variable == "g_in") return s.in * parameters_.C_m;
  return std::isinf(s.v) ? parameters_.V_reset : parameters_.E_L + s.v;
}

void ConductanceNeurons::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  check_variable(variable);
  const double lowest = variable == "theta" ? parameters_.theta_rest : 0.0;
  if (variable != "V_m" && !(value >= lowest))
    throw Error(ErrorKind::model, fmt::format("{}: {} = {} {} is outside the allowed range [{}, inf)", parameters_.model,
                                              variable, value, variable == "theta" ? "mV" : "nS", lowest));
  rescale_at(t);
  move(i, t);
  if (variable == "V_m")
    v_[i] = value - parameters_.E_L;
  else if (variable == "theta")
    theta_[i] = (value - parameters_.theta_rest) / theta_scale(t);
  else
    (variable == "g_ex" ? ex_ : in_)[i] = std::min(value * per_capacitance_, saturation);
}

}  // namespace synop
