#include "synop/core/binomial.hpp"

#include <cmath>

#include "synop/core/elementary.hpp"

namespace synop {

namespace {

constexpr double least_mean_of_rejection = 10.0;

// What Stirling's formula leaves out: log k! - ((k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2). From k = 8 on the
// first term of the series that is left out is below 1e-12.
double stirling_rest(double k) {
  constexpr double small[] = {0.0810614667953272582, 0.0413406959554092941, 0.0276779256849983391,
                              0.0207906721037650931, 0.0166446911898211922, 0.0138761288230707480,
                              0.0118967099458917701, 0.0104112652619720965};
  if (k < 8.0) return small[static_cast<int>(k)];
  const double x = 1.0 / (k + 1.0);
  const double x2 = x * x;
  return x * (1.0 / 12 - x2 * (1.0 / 360 - x2 * (1.0 / 1260 - x2 * (1.0 / 1680 - x2 * (1.0 / 1188)))));
}

// log(1 + x) for x > -1, relative error below 1e-15 also where 1 + x rounds to 1.
double log_of_one_plus(double x) {
  if (x < -0.25 || x > 0.4) return log_positive(1.0 + x);
  const double s = x / (2.0 + x);  // log(1 + x) = 2 artanh(s), |s| < 0.17
  const double z = s * s;
  double series = 1.0 / 21;
  for (int odd = 19; odd >= 1; odd -= 2) series = series * z + 1.0 / odd;
  return 2.0 * s * series;
}

// log(f(k) / f(m)) of the probabilities f of the binomial distribution. By Stirling's formula, arranged in terms of the
// difference k - m: no two large numbers are subtracted, so that the error stays small for any n.
double log_ratio(double n, double p, double k, double m) {
  const double d = k - m;
  const double slope = log_of_one_plus((p * (n + 2.0) - (m + 1.0)) / ((1.0 - p) * (m + 1.0)));
  return d * slope - (k + 0.5) * log_of_one_plus(d / (m + 1.0)) - (n - k + 0.5) * log_of_one_plus(-d / (n - m + 1.0)) +
         stirling_rest(m) + stirling_rest(n - m) - stirling_rest(k) - stirling_rest(n - k);
}

// Adds up probabilities from 0 successes on. Means are below 10: more than 110 successes have a probability below
// 1e-70 and are reached by rounding errors of the sum only, which begin anew.
std::uint64_t by_inversion(RandomStream& random, double n, double p) {
  const double none = exp_bounded(n * log_of_complement(p));
  const double odds = p / (1.0 - p);
  for (;;) {
    double rest = random.uniform();
    double probability = none;
    for (int k = 0; k <= 110 && k <= n; ++k) {
      if (rest < probability) return static_cast<std::uint64_t>(k);
      rest -= probability;
      probability *= odds * (n - k) / (k + 1.0);
    }
  }
}

std::uint64_t by_rejection(RandomStream& random, double n, double p) {
  const double sd = std::sqrt(n * p * (1.0 - p));
  const double b = 1.15 + 2.53 * sd;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double squeeze = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * sd;
  const double mode = std::floor((n + 1.0) * p);
  for (;;) {
    const double u = random.uniform() - 0.5;
    const double v = random.uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / us + b) * u + c);
    if (us >= 0.07 && v <= squeeze) return static_cast<std::uint64_t>(k);
    if (k < 0.0 || k > n) continue;
    if (log_positive(v * alpha / (a / (us * us) + b)) <= log_ratio(n, p, k, mode)) return static_cast<std::uint64_t>(k);
  }
}

}  // namespace

std::uint64_t binomial(RandomStream& random, std::uint64_t n, double p) {
  if (n == 0 || p <= 0.0) return 0;
  if (p >= 1.0) return n;
  if (p > 0.5) return n - binomial(random, n, 1.0 - p);
  const auto trials = static_cast<double>(n);
  return trials * p < least_mean_of_rejection ? by_inversion(random, trials, p) : by_rejection(random, trials, p);
}

}  // namespace synop
