#include "synop/io/tasks/detail/softmax_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "synop/io/tasks/detail/draws.hpp"

namespace synop::detail {

namespace {

constexpr std::uint32_t shuffle_purpose = 3;

// exp(x) for x <= 0; relative error below 1e-6. x = k ln 2 + r with |r| <= ln 2 / 2, then the series of exp(r) up to r^7.
float portable_exp(float x) {
  if (x < -80.0F) return 0.0F;
  const float k = std::floor(x * 1.44269504F + 0.5F);
  const float r = (x - k * 0.693359375F) + k * 2.12194440e-4F;
  float sum = 1.0F;
  for (int n = 7; n >= 1; --n) sum = 1.0F + sum * r / static_cast<float>(n);
  return std::ldexp(sum, static_cast<int>(k));
}

}  // namespace

void softmax(std::span<float> scores) {
  const float top = *std::max_element(scores.begin(), scores.end());
  float sum = 0.0F;
  for (float& score : scores) sum += score = portable_exp(score - top);
  for (float& score : scores) score /= sum;
}

std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed, int epoch) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  Draws draws(seed, shuffle_purpose, static_cast<std::uint64_t>(epoch));
  for (auto n = static_cast<std::uint32_t>(count); n > 1; --n) std::swap(order[n - 1], order[draws.below(n)]);
  return order;
}

}  // namespace synop::detail
