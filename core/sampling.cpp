#include "synop/core/sampling.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "synop/core/elementary.hpp"
#include "synop/core/truncated_sampling.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

double draw(const Distribution& d, RandomStream& random) {
  if (d.kind == Distribution::normal) return d.a + d.b * random.normal();
  const double x = d.kind == Distribution::lognormal ? exp_bounded(d.a + d.b * random.normal()) : d.a * random.exponential();
  return d.mirrored ? -x : x;
}

// Of a distribution that has bounds.
double sample_within(const Distribution& d, RandomStream& random) {
  double x = draw(d, random);
  if (d.outside == Distribution::Outside::clip) return std::clamp(x, d.low, d.high);
  if (x >= d.low && x <= d.high) return x;
  if (keeps_few(d)) return sample_truncated(d, random);
  while (x < d.low || x > d.high) x = draw(d, random);
  return x;
}

double sample_whole(const Distribution& d, RandomStream& random) {
  return d.a + std::floor((d.b - d.a + 1.0) * random.uniform());
}

// Normal draws in the order of the stream, without those that lie outside.
void sample_within(const Distribution& d, RandomStream& random, std::span<double> values) {
  if (keeps_few(d)) {
    for (double& x : values) x = sample_truncated(d, random);
    return;
  }
  double draws[8 * RandomStream::normals_per_turn];
  for (std::size_t filled = 0; filled < values.size();) {
    constexpr std::size_t turn = RandomStream::normals_per_turn;
    const std::size_t n = std::min(std::size(draws), (values.size() - filled + turn - 1) / turn * turn);
    random.fill_normal({draws, n});
    for (std::size_t i = 0; i < n && filled < values.size(); ++i) {
      const double x = d.a + d.b * draws[i];
      values[filled] = x;
      filled += x >= d.low && x <= d.high ? 1 : 0;
    }
  }
}

SYNOP_VECTORISED void scale(std::span<double> values, double a, double b, double low, double high) {
  for (double& x : values) {
    const double scaled = a + b * x;
    const double above = scaled < low ? low : scaled;
    x = above > high ? high : above;
  }
}

void sample_normals(const Distribution& d, RandomStream& random, std::span<double> values) {
  const bool bounded = std::isfinite(d.low) || std::isfinite(d.high);
  if (bounded && d.outside == Distribution::Outside::redraw) return sample_within(d, random, values);
  random.fill_normal(values);
  scale(values, d.a, d.b, d.low, d.high);
}

}  // namespace

void sample_many(const Distribution& d, RandomStream& random, std::span<double> values) {
  switch (d.kind) {
    case Distribution::Kind::constant:
      return std::fill(values.begin(), values.end(), d.a), void();
    case Distribution::Kind::normal:
      return sample_normals(d, random, values);
    case Distribution::Kind::list:
      assert(false && "a list has one value per synapse");
      return;
    case Distribution::Kind::lognormal:
    case Distribution::Kind::exponential:
      for (double& x : values) x = sample_within(d, random);
      return;
    case Distribution::Kind::uniform_int:
      for (double& x : values) x = sample_whole(d, random);
      return;
    case Distribution::Kind::uniform:
      break;
  }
  random.fill_uniform(values);
  for (double& x : values) x = d.a + (d.b - d.a) * x;
}

double sample(const Distribution& distribution, RandomStream& random, std::uint64_t index) {
  switch (distribution.kind) {
    case Distribution::Kind::constant:
      return distribution.a;
    case Distribution::Kind::uniform:
      return distribution.a + (distribution.b - distribution.a) * random.uniform();
    case Distribution::Kind::normal:
    case Distribution::Kind::lognormal:
    case Distribution::Kind::exponential:
      return sample_within(distribution, random);
    case Distribution::Kind::uniform_int:
      return sample_whole(distribution, random);
    case Distribution::Kind::list:
      return distribution.values[index];
  }
  return distribution.a;
}

}  // namespace synop
