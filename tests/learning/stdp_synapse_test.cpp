#include "synop/learning/stdp_synapse.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "learning/plastic_protocol.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop::test {
namespace {

// One pair at a synapse without delay; the weight long after.
double weight_after_pair(const StdpSynapse& rule, double weight, double post_minus_pre) {
  const double pre = 200.0;
  return weights_after({.pre = {{pre}},
                        .post = {{pre + post_minus_pre}},
                        .connections = {{0, 0, 1.0, weight}},
                        .rule = rule,
                        .split = {0.5}},
                       400.0)[0];
}

double expected_after_pair(const StdpSynapse& r, double w, double dt) {
  const double d = dt >= 0.0
                       ? r.lambda * r.Wmax * std::pow(1.0 - w / r.Wmax, r.mu_plus) * std::exp(-dt / r.tau_plus)
                       : -r.alpha * r.lambda * r.Wmax * std::pow(w / r.Wmax, r.mu_minus) * std::exp(dt / r.tau_minus);
  return std::clamp(w + d, 0.0, r.Wmax);
}

TEST(StdpSynapse, HasTheWindowOfTheClosedForm) {
  const StdpSynapse additive{
      .tau_plus = 15.0, .tau_minus = 30.0, .alpha = 1.2, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 4.0};
  const StdpSynapse multiplicative{.lambda = 0.05, .alpha = 0.7, .Wmax = 4.0};
  const StdpSynapse intermediate{.lambda = 0.1, .mu_plus = 0.3, .mu_minus = 1.7, .Wmax = 4.0};
  for (const StdpSynapse& rule : {additive, multiplicative, intermediate})
    for (double dt = -100.0; dt <= 100.0; dt += 6.25)
      EXPECT_NEAR(weight_after_pair(rule, 1.5, dt), expected_after_pair(rule, 1.5, dt), 1.5e-7 * 1.5) << dt;
}

TEST(StdpSynapse, TakesThePreFirstWhenBothAreThereAtOnce) {
  const StdpSynapse rule{.lambda = 0.1, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 4.0};
  EXPECT_FLOAT_EQ(static_cast<float>(weight_after_pair(rule, 1.0, 0.0)), 1.4F);
}

TEST(StdpSynapse, StaysWithinItsBounds) {
  const StdpSynapse rule{.lambda = 0.5, .alpha = 2.0, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 3.0};
  EXPECT_EQ(rule.on_post(2.9F, 1.0), 3.0F);
  EXPECT_EQ(rule.on_pre(2.9F, 1.0), 0.0F);
}

TEST(StdpSynapse, MirrorsTheSignForANegativeBound) {
  const StdpSynapse up{.lambda = 0.03, .alpha = 1.5, .mu_plus = 0.4, .mu_minus = 0.6, .Wmax = 3.0};
  StdpSynapse down = up;
  down.Wmax = -3.0;
  for (float w = 0.0F; w <= 3.0F; w += 0.25F) {
    EXPECT_EQ(down.on_post(-w, 0.8), -up.on_post(w, 0.8));
    EXPECT_EQ(down.on_pre(-w, 0.8), -up.on_pre(w, 0.8));
  }
}

TEST(StdpSynapse, ReachesBoundsWithFractionalExponentsWithoutNaN) {
  const StdpSynapse rule{.lambda = 0.9, .mu_plus = 0.5, .mu_minus = 0.5, .Wmax = 0.1};
  float w = 0.1F;
  for (int i = 0; i < 10; ++i) w = rule.on_post(w, 5.0);
  EXPECT_EQ(w, 0.1F);
  for (int i = 0; i < 10; ++i) w = rule.on_pre(w, 5.0);
  EXPECT_EQ(w, 0.0F);
}

// What PairRule demands, and what batches of synapses rely on.
TEST(StdpSynapse, LeavesAWeightAsItIsWithoutATraceAndHasTheSameBitsInLoops) {
  RandomStream random(8, Purpose::task, 0);
  for (const double Wmax : {1.0, 3.7, 1e-9, -2.0})
    for (const double mu : {0.0, 1.0, 0.4, 2.5}) {
      const StdpSynapse rule{.lambda = 0.3, .alpha = 1.4, .mu_plus = mu, .mu_minus = mu, .Wmax = Wmax};
      for (int i = 0; i < 2000; ++i) {
        const double part = i < 2 ? i : random.uniform() * (i % 2 == 0 ? 1.0 : 1e-6);
        const auto w = static_cast<float>(part * static_cast<float>(Wmax));
        ASSERT_EQ(std::bit_cast<std::uint32_t>(rule.on_post(w, 0.0) + 0.0F), std::bit_cast<std::uint32_t>(w + 0.0F));
        ASSERT_EQ(std::bit_cast<std::uint32_t>(rule.on_pre(w, 0.0) + 0.0F), std::bit_cast<std::uint32_t>(w + 0.0F));
        const double trace = 3.0 * random.uniform();
        with_on_post(rule, [&](auto on_post) { ASSERT_EQ(on_post(w, trace), rule.on_post(w, trace)); });
        with_on_pre(rule, [&](auto on_pre) { ASSERT_EQ(on_pre(w, trace), rule.on_pre(w, trace)); });
      }
    }
}

TEST(StdpSynapse, HasOwnPowersThatAgreeWithTheLibrary) {
  for (const double mu : {0.2, 0.5, 2.0, 7.3}) {
    const StdpSynapse rule{.lambda = 0.1, .mu_plus = mu, .mu_minus = mu, .Wmax = 1.0};
    for (float w = 0.05F; w < 1.0F; w += 0.05F) {
      EXPECT_NEAR(rule.on_pre(w, 0.3), w - 0.03 * std::pow(static_cast<double>(w), mu), 6e-8);
      EXPECT_NEAR(rule.on_post(w, 0.3), std::min(1.0, w + 0.03 * std::pow(1.0 - static_cast<double>(w), mu)), 6e-8);
    }
  }
}

TEST(StdpSynapse, RefusesAWeightBeyondItsBoundAndNamesTheRange) {
  const StdpSynapse rule{.Wmax = 0.1};
  rule.check_weight(0.1);
  rule.check_weight(0.0);
  for (const double w : {0.11, -0.01, std::nan("")}) try {
      rule.check_weight(w);
      ADD_FAILURE() << w;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      EXPECT_NE(std::string(error.what()).find("[0, 0.1]"), std::string::npos) << error.what();
    }
  StdpSynapse{.Wmax = -2.0}.check_weight(-1.0);
  EXPECT_THROW(StdpSynapse{.Wmax = -2.0}.check_weight(1.0), Error);
}

TEST(StdpSynapse, RefusesParametersWithoutMeaning) {
  EXPECT_THROW(StdpSynapse{.Wmax = 0.0}.validate(), Error);
  EXPECT_THROW(StdpSynapse{.Wmax = 1e300}.validate(), Error);
  EXPECT_THROW(StdpSynapse{.tau_plus = 0.0}.validate(), Error);
  EXPECT_THROW(StdpSynapse{.mu_minus = -1.0}.validate(), Error);
  EXPECT_THROW(plastic(StdpSynapse{.lambda = -0.1}), Error);
}

}  // namespace
}  // namespace synop::test
