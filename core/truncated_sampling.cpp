#include "synop/core/truncated_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "synop/core/elementary.hpp"

namespace synop {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double few = 1.0 / 64.0;  // of a bound of the share that is kept
constexpr double smallest_normal = std::numeric_limits<double>::min();

struct Interval {
  double low, high;
};

// Before the sign of a mirrored distribution is taken.
Interval unmirrored(const Distribution& d) {
  return d.mirrored ? Interval{-d.high, -d.low} : Interval{d.low, d.high};
}

double log_or_infinity(double x) {
  return x < smallest_normal ? -infinity : std::isinf(x) ? infinity : log_positive(x);
}

// In standard deviations from the mean, of the logarithm of a lognormal.
Interval standardized(const Distribution& d) {
  Interval bounds = unmirrored(d);
  if (d.kind == Distribution::lognormal) bounds = {log_or_infinity(bounds.low), log_or_infinity(bounds.high)};
  return {(bounds.low - d.a) / d.b, (bounds.high - d.a) / d.b};
}

// exp(-x) for x >= 0.
double decay(double x) { return x > 690.0 ? 0.0 : exp_bounded(-x); }

// A standard normal in [low, high], low >= 0. With the rate of the exponential, (low + sqrt(low^2 + 4)) / 2, at least three
// of four of its draws are kept; a short interval is better met by a uniform.
double upper_tail(double low, double high, RandomStream& random) {
  const double rate = 0.5 * (low + std::sqrt(low * low + 4.0));
  for (;;) {
    if ((high - low) * rate <= 1.0) {
      const double z = low + (high - low) * random.uniform();
      if (random.uniform() <= decay(0.5 * (z - low) * (z + low))) return z;
    } else {
      const double z = low + random.exponential() / rate;
      if (z <= high && random.uniform() <= decay(0.5 * (z - rate) * (z - rate))) return z;
    }
  }
}

double normal_in(Interval z, RandomStream& random) {
  if (z.low >= 0.0) return upper_tail(z.low, z.high, random);
  if (z.high <= 0.0) return -upper_tail(-z.high, -z.low, random);
  for (;;) {  // around the mean, and short where few are kept
    const double x = z.low + (z.high - z.low) * random.uniform();
    if (random.uniform() <= decay(0.5 * x * x)) return x;
  }
}

// An exponential of mean 1 in [0, width].
double exponential_in(double width, RandomStream& random) {
  for (;;) {
    const double x = width > 1.0 ? random.exponential() : width * random.uniform();
    if (width > 1.0 ? x <= width : random.uniform() <= decay(x)) return x;
  }
}

}  // namespace

bool keeps_few(const Distribution& d) {
  if (d.kind == Distribution::exponential) {
    const Interval bounds = unmirrored(d);
    const double low = std::max(0.0, bounds.low) / d.a;
    return decay(low) * std::min(1.0, bounds.high / d.a - low) < few;
  }
  if (d.b == 0.0) return false;  // all or none
  const Interval z = standardized(d);
  const double nearest = std::max({0.0, z.low, -z.high});
  return 0.4 * decay(0.5 * nearest * nearest) * std::min(1.0, z.high - z.low) < few;  // 0.4 > the density at the mean
}

double sample_truncated(const Distribution& d, RandomStream& random) {
  double x = 0.0;
  if (d.kind == Distribution::exponential) {
    const Interval bounds = unmirrored(d);
    const double low = std::max(0.0, bounds.low);
    x = low + d.a * exponential_in((bounds.high - low) / d.a, random);
  } else {
    x = d.a + d.b * normal_in(standardized(d), random);
    if (d.kind == Distribution::lognormal) x = exp_bounded(x);
  }
  return std::clamp(d.mirrored ? -x : x, d.low, d.high);  // rounding
}

}  // namespace synop
