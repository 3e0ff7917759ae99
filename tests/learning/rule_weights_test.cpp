// A few weights of every rule worked out by hand, what is known of the frequency dependence of triplets, and refused parameters.
#include <cmath>

#include <gtest/gtest.h>

#include "learning/one_synapse.hpp"
#include "synop/core/error.hpp"
#include "synop/io/plasticity_rules.hpp"

namespace synop::test {
namespace {

TEST(RuleWeights, AreThoseWorkedOutByHand) {
  const auto e = [](double t, double tau) { return std::exp(-t / tau); };
  // Post 0, pre 10, post 15: a triplet post-pre-post. r1 = e(5), o2 = e(15) at the second post, o1 = e(10) at the pre.
  const StdpTripletSynapse triplet{.Aplus = 0.01, .Aplus_triplet = 0.02, .Aminus = 0.03, .Aminus_triplet = 0.04};
  EXPECT_NEAR(by_rule(triplet, 1.0, {10.0}, {0.0, 15.0}),
              1.0 - 0.03 * e(10, 33.7) + e(5, 16.8) * (0.01 + 0.02 * e(15, 125)), 1e-6);
  // Two pres, then a post: both pair, the last one pairs, both pair, the last one pairs.
  const auto two_pres = [&](auto rule) {
    rule.lambda = 0.1;
    rule.mu_plus = rule.mu_minus = 0.0;
    rule.Wmax = 1.0;
    return (by_rule(rule, 0.3, {10.0, 18.0}, {20.0}) - 0.3) / 0.1;
  };
  EXPECT_NEAR(two_pres(StdpSynapse{}), e(10, 20) + e(2, 20), 1e-5);
  EXPECT_NEAR(two_pres(StdpNnSymmSynapse{}), e(2, 20), 1e-5);
  EXPECT_NEAR(two_pres(StdpNnPreCenteredSynapse{}), e(10, 20) + e(2, 20), 1e-5);
  EXPECT_NEAR(two_pres(StdpNnRestrSynapse{}), e(2, 20), 1e-5);
  // One pre, then two posts: the second post is the nearest of a pre in the symmetric scheme only.
  const auto two_posts = [&](auto rule) {
    rule.lambda = 0.1;
    rule.mu_plus = rule.mu_minus = 0.0;
    rule.Wmax = 1.0;
    return (by_rule(rule, 0.3, {10.0}, {12.0, 20.0}) - 0.3) / 0.1;
  };
  EXPECT_NEAR(two_posts(StdpNnSymmSynapse{}), e(2, 20) + e(10, 20), 1e-5);
  EXPECT_NEAR(two_posts(StdpNnPreCenteredSynapse{}), e(2, 20), 1e-5);
  EXPECT_NEAR(two_posts(StdpNnRestrSynapse{}), e(2, 20), 1e-5);
  // A post, then two pres: the second pre has a pre between it and the post.
  const auto pres_after = [&](auto rule) {
    rule.lambda = 0.1;
    rule.mu_plus = rule.mu_minus = 0.0;
    rule.Wmax = 1.0;
    return (0.3 - by_rule(rule, 0.3, {12.0, 20.0}, {10.0})) / 0.1;
  };
  EXPECT_NEAR(pres_after(StdpNnSymmSynapse{}), e(2, 20) + e(10, 20), 1e-5);
  EXPECT_NEAR(pres_after(StdpNnPreCenteredSynapse{}), e(2, 20) + e(10, 20), 1e-5);
  EXPECT_NEAR(pres_after(StdpNnRestrSynapse{}), e(2, 20), 1e-5);
  // A pre alone weakens inhibition by eta alpha; a pair strengthens it in either order.
  const VogelsSprekelerSynapse vogels{.eta = 0.1, .alpha = 0.12};
  EXPECT_NEAR(by_rule(vogels, -1.0, {10.0}, {}), -1.0 + 0.012, 1e-6);
  EXPECT_NEAR(by_rule(vogels, -1.0, {10.0}, {15.0}), -1.0 + 0.012 - 0.1 * e(5, 20), 1e-6);
  EXPECT_NEAR(by_rule(vogels, -1.0, {10.0}, {5.0}), -1.0 + 0.012 - 0.1 * e(5, 20), 1e-6);
  // A post without any pre weakens in the rule of the paper of Diehl & Cook.
  EXPECT_NEAR(by_rule(DiehlCookSynapse{}, 0.5, {}, {10.0}), 0.5 - 0.01 * 0.4 * 0.5, 1e-7);
}

// The frequency dependence of Pfister & Gerstner: the pair term alone weakens where triplets strengthen.
TEST(RuleWeights, OfTripletsStrengthenWithFrequency) {
  const auto change = [](double frequency, double lag) {
    Times pre;
    Times post;
    for (int k = 0; k < 60; ++k) {
      pre.push_back(100.0 + 1000.0 / frequency * k);
      post.push_back(pre.back() + lag);
    }
    return by_rule(StdpTripletSynapse{}, 1.0, pre, post, 1e6) - 1.0;
  };
  EXPECT_LT(std::abs(change(0.1, 10.0)), 0.06);
  EXPECT_GT(change(50.0, 10.0), 0.4);
  EXPECT_LT(change(0.1, -10.0), -0.2);
  EXPECT_GT(change(50.0, -10.0), 0.3);
}

TEST(RuleParameters, AreRefusedByTheNameOfTheRule) {
  const auto message = [](auto f) -> std::string {
    try {
      f();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      return error.what();
    }
    return "";
  };
  LearningRules::for_each([&]<class Rule>() {
    EXPECT_NE(message([] { Rule{}.check_weight(std::nan("")); }).find(Rule::name), std::string::npos);
    if constexpr (requires(Rule r) { r.Wmax; }) {
      Rule rule;
      rule.Wmax = 0.0;
      EXPECT_NE(message([&] { rule.validate(); }).find("Wmax = 0"), std::string::npos) << Rule::name;
    }
  });
  EXPECT_NE(message([] { StdpDecaySynapse{.w_rest = 3.0, .Wmax = 2.0}.validate(); }).find("w_rest"), std::string::npos);
}

}  // namespace
}  // namespace synop::test
