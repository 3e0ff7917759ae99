#include "synop/neurons/psc_neurons.hpp"

#include <cmath>

namespace synop {

PscNeurons::PscNeurons(std::string_view name, PscShape shape, std::vector<PscParameters> parameters, std::uint32_t neurons)
    : name_(name), shape_(shape), parameters_(std::move(parameters)), neurons_(neurons), membranes_(neurons), v_inf_(neurons) {
  constexpr double e = 2.718281828459045235;
  for (std::uint32_t i = 0; i < neurons; ++i) {
    const PscParameters& p = of(i);
    Membrane& m = membranes_[i];
    m.rate_m = 1.0 / p.tau_m;
    // The difference of the rates from that of the time constants, which is exact where they are close.
    m.ex = {1.0 / p.tau_syn_ex, (p.tau_m - p.tau_syn_ex) / (p.tau_m * p.tau_syn_ex)};
    m.in = {1.0 / p.tau_syn_in, (p.tau_m - p.tau_syn_in) / (p.tau_m * p.tau_syn_in)};
    m.per_C_m = 1.0 / p.C_m;
    m.from_weight = shape == PscShape::alpha ? e : 1.0;
  }
  restart({});
}

void PscNeurons::restart(Time) {
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    const PscParameters& p = of(i);
    const double v_inf = p.E_L + p.tau_m / p.C_m * p.I_e;
    neurons_[i] = {p.E_L - v_inf, {}, {}, {}};
    set_resting_potential(i, v_inf);
  }
  list_driven();
  all_unknown_ = true;
}

void PscNeurons::set_resting_potential(std::uint32_t i, double v_inf) {
  v_inf_[i] = v_inf;
  membranes_[i].v_inf = v_inf;
  membranes_[i].theta = of(i).V_th - v_inf;
  membranes_[i].reached = reached_from(membranes_[i].theta);
}

void PscNeurons::list_driven() {
  driven_.clear();
  for (std::uint32_t i = 0; i < neurons_.size(); ++i)
    if (membranes_[i].theta <= 0.0) driven_.push_back(i);
}

Time PscNeurons::attend(std::uint32_t i, Time t, Time horizon) const {
  const Neuron x = moved(i, t);
  const Membrane& m = membranes_[i];
  if (std::isinf(x.v)) return Time::never();
  if (x.v >= m.reached) return t;
  PscCourse course;
  course.v = x.v;
  course.rate_m = m.rate_m;
  course.C_m = of(i).C_m;
  course.ex = m.ex;
  course.in = m.in;
  course.i_ex = x.ex;
  course.i_in = x.in;
  const double span = (horizon - t).ms();
  if (!may_cross(x, m, span)) return Time::never();
  const double crossing = first_crossing(course, m.theta, m.theta > 0.0 ? std::numeric_limits<double>::infinity() : span);
  if (crossing < 0.0) return Time::never();
  const double ticks = std::ceil(crossing * static_cast<double>(ticks_per_ms));
  return t + Delay{std::max<std::int64_t>(1, static_cast<std::int64_t>(ticks))};
}

void PscNeurons::scan(Time t, Time horizon, Alerts& alerts) {
  const double span = (horizon - t).ms();
  const auto look_at = [&](std::uint32_t i) {
    if (may_cross(moved(i, t), membranes_[i], span)) alerts.push_back(i);
  };
  if (all_unknown_)
    for (std::uint32_t i = 0; i < neurons_.size(); ++i) look_at(i);
  else
    for (const std::uint32_t i : driven_) look_at(i);
  all_unknown_ = false;
}

void PscNeurons::fire(std::uint32_t i, Time t) {
  move(neurons_[i], membranes_[i], t);
  neurons_[i].v = refractory;
}

void PscNeurons::release(std::uint32_t i, Time t) {
  move(neurons_[i], membranes_[i], t);
  neurons_[i].v = of(i).V_reset - v_inf_[i];
}

// A step dI moves V_inf by R dI; V itself is continuous.
void PscNeurons::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    const double shift = of(i).tau_m / of(i).C_m * amplitude;
    move(neurons_[i], membranes_[i], t);
    neurons_[i].v -= shift;
    set_resting_potential(i, v_inf_[i] + shift);
  }
  list_driven();
}

double PscNeurons::value(std::string_view variable, std::uint32_t i, Time t) const {
  const Neuron x = moved(i, t);
  if (variable == "I_syn_ex") return x.ex.I;
  if (variable == "I_syn_in") return x.in.I;
  if (variable != "V_m") throw_unknown_variable(name_, variable, {"V_m", "I_syn_ex", "I_syn_in"});
  return std::isinf(x.v) ? of(i).V_reset : v_inf_[i] + x.v;
}

void PscNeurons::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name_, variable, {"V_m"});
  move(neurons_[i], membranes_[i], t);
  neurons_[i].v = value - v_inf_[i];
  all_unknown_ = true;
}

}  // namespace synop
