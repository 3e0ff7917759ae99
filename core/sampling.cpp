#include "synop/core/sampling.hpp"

#include <algorithm>

namespace synop {

namespace {

double sample_normal(const Distribution& d, RandomStream& random) {
  double x = d.a + d.b * random.normal();
  if (d.outside == Distribution::Outside::clip) return std::clamp(x, d.low, d.high);
  while (x < d.low || x > d.high) x = d.a + d.b * random.normal();
  return x;
}

}  // namespace

double sample(const Distribution& distribution, RandomStream& random, std::uint64_t index) {
  switch (distribution.kind) {
    case Distribution::Kind::constant: return distribution.a;
    case Distribution::Kind::uniform: return distribution.a + (distribution.b - distribution.a) * random.uniform();
    case Distribution::Kind::normal: return sample_normal(distribution, random);
    case Distribution::Kind::list: return distribution.values[index];
  }
  return distribution.a;
}

}  // namespace synop
