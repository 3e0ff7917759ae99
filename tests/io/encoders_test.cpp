#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/io/encoders/direct_current.hpp"
#include "synop/io/encoders/latency.hpp"
#include "synop/io/encoders/poisson_rate.hpp"
#include "synop/io/encoders/regular_rate.hpp"

namespace synop {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Spike> regular(const RegularRate& encoder, double x, Delay duration, RandomStream phase = {}) {
  std::vector<Spike> spikes;
  encoder.append(x, 7, duration, phase, spikes);
  return spikes;
}

TEST(RegularRate, FiresInTheMiddleOfEqualIntervalsWithoutRandomPhase) {
  const RegularRate encoder{100.0, false};
  EXPECT_THAT(regular(encoder, 1.0, 30_ms),
              ElementsAre(Spike{Time{} + 5_ms, 7}, Spike{Time{} + 15_ms, 7}, Spike{Time{} + 25_ms, 7}));
  EXPECT_THAT(regular(encoder, 0.5, 30_ms), ElementsAre(Spike{Time{} + 10_ms, 7}));
  EXPECT_THAT(regular(encoder, 0.5, 10_ms), IsEmpty()) << "[0, duration)";
  EXPECT_THAT(regular(encoder, 0.0, 30_ms), IsEmpty());
}

TEST(RegularRate, DrawsThePhaseOfASampleAndKeepsItsIntervals) {
  const RegularRate encoder{100.0, true};
  double sum = 0.0;
  for (std::uint64_t sample = 0; sample < 2000; ++sample) {
    RandomStream phase(1, Purpose::task, 0, 7);
    phase.seek(sample);
    const auto spikes = regular(encoder, 1.0, 100_ms, phase);
    ASSERT_EQ(spikes.size(), 10u);
    EXPECT_EQ(spikes, regular(encoder, 1.0, 100_ms, phase));
    for (std::size_t i = 1; i < spikes.size(); ++i) EXPECT_NEAR((spikes[i].time - spikes[i - 1].time).ms(), 10.0, 2e-9);
    sum += spikes.front().time.ms();
  }
  EXPECT_NEAR(sum / 2000, 5.0, 5 * 10.0 / std::sqrt(12.0 * 2000));
}

std::vector<Spike> first_spikes(const Latency& encoder, std::initializer_list<double> intensities) {
  std::vector<Spike> spikes;
  std::uint32_t channel = 0;
  for (const double x : intensities) encoder.append(x, channel++, spikes);
  return spikes;
}

TEST(Latency, FallsInAStraightLine) {
  const Latency encoder{.course = Latency::Course::linear, .t_max = 80.0, .threshold = 0.25};
  EXPECT_THAT(first_spikes(encoder, {1.0, 0.5, 0.25, 0.0}), ElementsAre(Spike{Time{}, 0}, Spike{Time{} + 40_ms, 1}));
}

// The closed form, with the C library's logarithm.
TEST(Latency, IsThatOfAMembraneThatAConstantCurrentCharges) {
  const Latency encoder{.course = Latency::Course::logarithmic, .t_max = 60.0, .tau = 20.0, .threshold = 0.2};
  const auto spikes = first_spikes(encoder, {1.0, 0.5, 0.201, 0.2, 0.1});
  ASSERT_EQ(spikes.size(), 3u);
  EXPECT_NEAR(spikes[0].time.ms(), 20.0 * std::log(1.0 / 0.8), 2e-9);
  EXPECT_NEAR(spikes[1].time.ms(), 20.0 * std::log(0.5 / 0.3), 2e-9);
  EXPECT_EQ(spikes[2], (Spike{Time{} + 60_ms, 2})) << "106 ms, cut";
}

TEST(PoissonRateAndDirectCurrent, AreProportionalToIntensity) {
  EXPECT_EQ(PoissonRate{60.0}.rate(0.25), 15.0);
  EXPECT_EQ(PoissonRate{63.75}.rate(51.0, 255.0), 63.75 * 51.0 / 255.0);
  EXPECT_EQ(DirectCurrent{-400.0}.amplitude(0.25), -100.0);
}

}  // namespace
}  // namespace synop
