#include "synop/io/deployment/quantised.hpp"

#include <algorithm>
#include <cmath>

namespace synop {

namespace {

// The state reaches this many times the largest potential or weight of its population, give or take a factor of
// sqrt(2): sums of inputs need room, and a state of 16 bits has little.
double headroom(StateType state) {
  return state == StateType::int16 ? 4.0 : 256.0;
}

double largest_magnitude(const std::vector<double>& values) {
  double largest = 0.0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

// The stored weights that come closest to filling a population with synapses decide its unit.
const StepProjection* deciding(const StepNetwork& network, std::uint32_t population) {
  const StepProjection* most = nullptr;
  for (const StepProjection& p : network.projections)
    if (p.target == population && !p.one_weight && largest_magnitude(p.weight) > 0.0 &&
        (most == nullptr || p.synapses() > most->synapses()))
      most = &p;
  return most;
}

// A unit such that a state of full range is `headroom` times the largest potential, and the weights of the deciding
// projection use their full range.
double unit_of(const StepNetwork& network, std::uint32_t index, Precision precision) {
  const StepPopulation& p = network.populations[index];
  double magnitude = std::max({largest_magnitude(p.threshold), std::abs(p.reset), largest_magnitude(p.initial)});
  for (const StepProjection& projection : network.projections)
    if (projection.target == index) magnitude = std::max(magnitude, largest_magnitude(projection.weight));
  if (magnitude == 0.0) return 1.0;
  const double coarse = headroom(precision.state) * magnitude / static_cast<double>(largest(precision.state));
  const StepProjection* const projection = deciding(network, index);
  if (projection == nullptr) return coarse;
  const double of_weight = largest_magnitude(projection->weight) / static_cast<double>(largest(precision.weights));
  const double shift = std::round(std::log2(of_weight / coarse));
  return shift < 0.0 ? coarse : std::ldexp(of_weight, -static_cast<int>(shift));
}

double in_units(double value, double unit, double limit) {
  return std::clamp(std::round(value / unit), -limit, limit);
}

std::vector<double> in_units(const std::vector<double>& values, double unit, double limit) {
  std::vector<double> result;
  for (const double value : values) result.push_back(in_units(value, unit, limit));
  return result;
}

std::vector<double> as_floats(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) result.push_back(static_cast<double>(static_cast<float>(value)));
  return result;
}

QuantisedPopulation population_of(const StepNetwork& network, std::uint32_t index, Precision precision) {
  const StepPopulation& p = network.populations[index];
  QuantisedPopulation q;
  if (p.source) return q;
  const auto each = [](auto f, const std::array<double, 2>& pair) { return std::array{f(pair[0]), f(pair[1])}; };
  if (!precision.integer()) {
    const auto as_float = [](double x) { return static_cast<double>(static_cast<float>(x)); };
    return {1.0,
            as_float(p.decay),
            each(as_float, p.current_decay),
            each(as_float, p.current_gain),
            as_floats(p.threshold),
            as_floats(p.initial),
            as_float(p.reset)};
  }
  q.unit = unit_of(network, index, precision);
  const auto limit = static_cast<double>(largest(precision.state));
  const double one = precision.state == StateType::int16 ? 32768.0 : 2147483648.0;
  const auto factor = [&](double x) { return std::min(std::round(x * one), 2147483647.0); };
  q.decay = factor(p.decay);
  q.current_decay = each(factor, p.current_decay);
  q.current_gain = each(factor, p.current_gain);
  q.threshold = in_units(p.threshold, q.unit, limit);
  q.initial = in_units(p.initial, q.unit, limit);
  q.reset = in_units(p.reset, q.unit, limit);
  return q;
}

QuantisedProjection projection_of(const StepProjection& p, double unit, Precision precision) {
  if (!precision.integer()) return {0, as_floats(p.weight)};
  if (p.one_weight) return {0, in_units(p.weight, unit, static_cast<double>(largest(precision.state)))};
  QuantisedProjection q;
  const auto limit = static_cast<double>(largest(precision.weights));
  // A relative slack of 1e-9: the deciding weight itself must not need one more bit because of a rounding.
  while (largest_magnitude(p.weight) > limit * std::ldexp(unit, static_cast<int>(q.shift)) * (1.0 + 1e-9)) ++q.shift;
  q.weight = in_units(p.weight, std::ldexp(unit, static_cast<int>(q.shift)), limit);
  return q;
}

}  // namespace

Quantised quantise(const StepNetwork& network, Precision precision) {
  Quantised result{precision, {}, {}};
  for (std::uint32_t i = 0; i < network.populations.size(); ++i)
    result.populations.push_back(population_of(network, i, precision));
  for (const StepProjection& p : network.projections)
    result.projections.push_back(projection_of(p, result.populations[p.target].unit, precision));
  return result;
}

}  // namespace synop
