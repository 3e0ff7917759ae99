#include "synop/io/deployment/coincidence.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace synop {
namespace {

std::vector<Spike> spikes_of(std::vector<double> ms, std::uint32_t neuron = 0) {
  std::vector<Spike> spikes;
  for (const double t : ms) spikes.push_back({Time::from_ms(t), neuron});
  return spikes;
}

// The most pairs there can be, by trying every partner of the first spike.
std::uint64_t most_pairs(const std::vector<Spike>& a, std::vector<Spike> b, Delay window, std::size_t i = 0) {
  if (i == a.size()) return 0;
  std::uint64_t most = most_pairs(a, b, window, i + 1);
  for (std::size_t k = 0; k < b.size(); ++k) {
    if (std::max(a[i].time - b[k].time, b[k].time - a[i].time) > window) continue;
    std::vector<Spike> rest = b;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(k));
    most = std::max(most, 1 + most_pairs(a, rest, window, i + 1));
  }
  return most;
}

TEST(Coincidence, FindsAsManyPairsAsThereCanBe) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> time(0.0, 10.0);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> a(6), b(5);
    for (double& t : a) t = time(random);
    for (double& t : b) t = time(random);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    const auto x = spikes_of(a), y = spikes_of(b);
    EXPECT_EQ(coincidence(x, y, 1, Delay{ticks_per_ms}, Delay{}).together, most_pairs(x, y, Delay{ticks_per_ms}));
  }
}

TEST(Coincidence, IsOneForEqualTrainsAndZeroByChance) {
  const auto train = spikes_of({1, 5, 9});
  const Coincidence same = coincidence(train, train, 1, Delay{ticks_per_ms / 10}, Delay{10 * ticks_per_ms});
  EXPECT_DOUBLE_EQ(same.share(), 1.0);
  EXPECT_DOUBLE_EQ(same.gamma(), 1.0);
  std::mt19937 random(2);
  std::uniform_real_distribution<double> time(0.0, 1e5);
  std::vector<double> a(4000), b(4000);
  for (double& t : a) t = time(random);
  for (double& t : b) t = time(random);
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  EXPECT_NEAR(coincidence(spikes_of(a), spikes_of(b), 1, Delay{ticks_per_ms}, Delay{100'000 * ticks_per_ms}).gamma(),
              0.0, 0.03);
}

TEST(Coincidence, NeedsTheSameNeuronAndSaysOneWhereNothingFired) {
  const Coincidence other = coincidence(spikes_of({1, 2}), spikes_of({1, 2}, 1), 2, Delay{ticks_per_ms}, Delay{});
  EXPECT_EQ(other.together, 0u);
  EXPECT_EQ(other.share(), 0.0);
  EXPECT_EQ(Coincidence{}.share(), 1.0);
  EXPECT_EQ(Coincidence{}.gamma(), 1.0);
}

}  // namespace
}  // namespace synop
