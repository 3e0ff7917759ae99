#include "synop/core/distance_function.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"

namespace synop {

namespace {

constexpr double least_exponent = -700.0;  // exp of it is 0 for every purpose here

double exp_or_zero(double x) {
  return x > least_exponent ? exp_bounded(x) : 0.0;
}

// log Gamma(x), x >= 1: Stirling's series at x + n >= 8, relative error below 1e-12, and the recursion down from there.
double log_gamma(double x) {
  double product = 1.0;
  for (; x < 8.0; x += 1.0) product *= x;
  const double r = 1.0 / x;
  const double r2 = r * r;
  const double series = r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680 - r2 * (1.0 / 1188)))));
  return (x - 0.5) * log_positive(x) - x + 0.918938533204672741780 + series - log_positive(product);
}

double gamma_density(double d, double kappa, double theta) {
  const double x = d / theta;
  if (x <= 0.0) return kappa == 1.0 ? 1.0 / theta : 0.0;
  return exp_or_zero((kappa - 1.0) * log_positive(x) - x - log_gamma(kappa)) / theta;
}

}  // namespace

double DistanceFunction::at(double d) const {
  if (kind == linear) return a == 0.0 ? c : c + a * d;
  if (std::isinf(d)) return c;
  switch (kind) {
    case exponential:
      return c + a * exp_or_zero(-d / beta);
    case gaussian:
      return c + a * exp_or_zero(-0.5 * ((d - mean) / std) * ((d - mean) / std));
    default:
      return c + a * gamma_density(d, kappa, theta);
  }
}

// All of them are monotone but for one stationary point.
template <class Better>
double DistanceFunction::best_between(double from, double to, Better better) const {
  double best = better(at(from), at(to));
  const double stationary = kind == gaussian ? mean : kind == gamma ? (kappa - 1.0) * theta : -1.0;
  if (stationary > from && stationary < to) best = better(best, at(stationary));
  return best;
}

double DistanceFunction::largest_between(double from, double to) const {
  return best_between(from, to, [](double x, double y) { return std::max(x, y); });
}

double DistanceFunction::smallest_between(double from, double to) const {
  return best_between(from, to, [](double x, double y) { return std::min(x, y); });
}

double DistanceFunction::reach(double limit) const {
  constexpr double everywhere = std::numeric_limits<double>::infinity();
  const auto below_from = [&](double d) { return largest_between(d, everywhere) < limit; };
  if (below_from(0.0)) return 0.0;
  double far = 1e-12;
  while (!below_from(far)) {
    if (far > 1e30) return everywhere;
    far *= 2.0;
  }
  double near = 0.0;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = 0.5 * (near + far);
    (below_from(middle) ? far : near) = middle;
  }
  return far;
}

void DistanceFunction::validate(std::string_view what) const {
  struct Row {
    bool used;
    ParameterInfo info;
    double value;
  };
  constexpr Range at_least_one{.low = 1.0, .high = 1e6};
  const Row rows[] = {{true, {"a", "", any_value, ""}, a},
                      {true, {"c", "", any_value, ""}, c},
                      {kind == exponential, {"beta", "", positive, ""}, beta},
                      {kind == gaussian, {"mean", "", any_value, ""}, mean},
                      {kind == gaussian, {"std", "", positive, ""}, std},
                      {kind == gamma, {"kappa", "", at_least_one, ""}, kappa},
                      {kind == gamma, {"theta", "", positive, ""}, theta}};
  for (const Row& row : rows)
    if (row.used) check_range(what, row.info, row.value);
}

}  // namespace synop
