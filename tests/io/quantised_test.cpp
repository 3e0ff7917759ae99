#include "synop/io/deployment/quantised.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synop {
namespace {

// One source and three synapses onto a neuron with a threshold of 15 mV.
StepNetwork three_synapses(std::vector<double> weights) {
  StepNetwork network{.step = Delay{ticks_per_ms}, .populations = {}, .projections = {}, .order = {0, 1}};
  network.populations.push_back({.name = "in", .size = 1, .source = true});
  network.populations.push_back({.name = "out", .size = 3, .decay = std::exp(-0.05)});
  network.populations[1].threshold = {15.0};
  network.populations[1].initial = {0.0};
  const bool one = weights.size() == 1;
  network.projections.push_back({.name = "in_out",
                                 .source = 0,
                                 .target = 1,
                                 .sources = {0, 1},
                                 .targets = {0, 3},
                                 .row_begin = {0, 3},
                                 .targets_of = {0, 1, 2},
                                 .one_weight = one,
                                 .one_delay = true,
                                 .weight = std::move(weights),
                                 .delay = {1}});
  return network;
}

// Every number is within half a unit of what it stands for, and the largest stored weight uses the whole range.
TEST(Quantised, KeepsEveryNumberToHalfAUnit) {
  for (const double scale : {1e-3, 0.3, 1.0, 7.0, 14.0})
    for (const Precision precision : precisions()) {
      if (!precision.integer()) continue;
      const StepNetwork network = three_synapses({scale, -0.4 * scale, 0.001 * scale});
      const Quantised q = quantise(network, precision);
      const QuantisedPopulation& p = q.populations[1];
      const double weight_unit = std::ldexp(p.unit, static_cast<int>(q.projections[0].shift));
      EXPECT_NEAR(p.threshold[0] * p.unit, 15.0, p.unit / 2);
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(q.projections[0].weight[i] * weight_unit, network.projections[0].weight[i],
                    weight_unit / 2 * (1 + 1e-9));
      const double filled = q.projections[0].weight[0] / static_cast<double>(largest(precision.weights));
      if (scale / static_cast<double>(largest(precision.weights)) >= p.unit * 0.999) EXPECT_EQ(filled, 1.0);
      // Range of the state: the threshold, and headroom for sums.
      EXPECT_GE(p.unit * static_cast<double>(largest(precision.state)), 2.8 * 15.0);
      EXPECT_NEAR(p.decay / (precision.state == StateType::int16 ? 32768.0 : 2147483648.0), std::exp(-0.05), 2e-5);
    }
}

TEST(Quantised, OneWeightForAllHasTheResolutionOfTheState) {
  const StepNetwork network = three_synapses({0.123456});
  const Quantised q = quantise(network, {WeightType::int8, StateType::int32});
  EXPECT_NEAR(q.projections[0].weight[0] * q.populations[1].unit, 0.123456, 1e-5);
  EXPECT_EQ(q.projections[0].shift, 0u);
}

TEST(Quantised, FloatsAreThemselves) {
  const StepNetwork network = three_synapses({0.1, -0.2, 3.0});
  const Quantised q = quantise(network, {WeightType::float32, StateType::float32});
  EXPECT_EQ(q.projections[0].weight[0], static_cast<double>(0.1F));
  EXPECT_EQ(q.populations[1].unit, 1.0);
}

}  // namespace
}  // namespace synop
