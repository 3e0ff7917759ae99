// Every rule against its formula written out: no traces, but sums of std::exp over the spikes themselves, in double and
// without rounding of weights.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "learning/one_synapse.hpp"
#include "synop/core/random.hpp"
#include "synop/io/plasticity_rules.hpp"

namespace synop::test {
namespace {

// All spikes before the k-th, or those of the other side before t (a pre comes before a post of the same instant).
double sum(const Times& times, double t, double tau, std::size_t count) {
  double s = 0.0;
  for (std::size_t k = 0; k < count; ++k) s += std::exp(-(t - times[k]) / tau);
  return s;
}
double nearest(const Times& times, double t, double tau, std::size_t count) {
  return count == 0 ? 0.0 : std::exp(-(t - times[count - 1]) / tau);
}

// What a formula may ask at a spike at `t`: the spikes of both sides that came before it.
struct Moment {
  const Times& pre;
  const Times& post;
  std::size_t pres;  // before this one
  std::size_t posts;
  double t;

  double x(double tau) const { return sum(pre, t, tau, pres); }
  double y(double tau) const { return sum(post, t, tau, posts); }
  double x_nearest(double tau) const { return nearest(pre, t, tau, pres); }
  double y_nearest(double tau) const { return nearest(post, t, tau, posts); }
  double last_pre() const { return pres == 0 ? -1e9 : pre[pres - 1]; }
  double last_post() const { return posts == 0 ? -1e9 : post[posts - 1]; }
};
using Change = std::function<double(double w, const Moment&)>;  // the new weight

double by_formula(const Change& at_pre, const Change& at_post, double w, const Times& pre, const Times& post) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < pre.size() || j < post.size()) {
    const bool is_pre = j == post.size() || (i < pre.size() && pre[i] <= post[j]);
    const Moment now{pre, post, i, j, is_pre ? pre[i] : post[j]};
    w = (is_pre ? at_pre : at_post)(w, now);
    ++(is_pre ? i : j);
  }
  return w;
}

Times random_times(RandomStream& random, std::uint32_t count) {
  Times times;
  for (std::uint32_t k = 0; k < count; ++k) times.push_back(random.below(600));  // coincidences happen
  std::sort(times.begin(), times.end());
  return times;
}

double clip(double w, double Wmax) {
  return std::clamp(w, std::min(0.0, Wmax), std::max(0.0, Wmax));
}

template <class Rule>
void expect_formula(const Rule& rule, double w, const Change& at_pre, const Change& at_post) {
  double moved = 0.0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    RandomStream random(3, Purpose::task, seed);
    const Times pre = random_times(random, random.below(30));
    const Times post = random_times(random, random.below(30));
    const double expected = by_formula(at_pre, at_post, w, pre, post);
    ASSERT_NEAR(by_rule(rule, w, pre, post), expected, 60 * 6e-8 * std::max(1.0, std::abs(expected)))
        << Rule::name << ", seed " << seed;
    moved = std::max(moved, std::abs(expected - w));
  }
  EXPECT_GT(moved, 0.05) << Rule::name;
}

TEST(RuleFormulas, OfTripletsOfAllSpikes) {
  const StdpTripletSynapse r{.Aplus = 3e-3, .Wmax = 3.0};
  expect_formula(
      r, 1.0,
      [&](double w, const Moment& m) {
        return clip(w - m.y(r.tau_minus) * (r.Aminus + r.Aminus_triplet * m.x(r.tau_plus_triplet)), 3.0);
      },
      [&](double w, const Moment& m) {
        return clip(w + m.x(r.tau_plus) * (r.Aplus + r.Aplus_triplet * m.y(r.tau_minus_triplet)), 3.0);
      });
}

TEST(RuleFormulas, OfTripletsOfNearestSpikes) {
  const StdpTripletNnSynapse r{.Aplus = 3e-3, .Wmax = -3.0};
  expect_formula(
      r, -1.0,
      [&](double w, const Moment& m) {
        return clip(w + m.y_nearest(r.tau_minus) * (r.Aminus + r.Aminus_triplet * m.x_nearest(r.tau_plus_triplet)),
                    -3.0);
      },
      [&](double w, const Moment& m) {
        return clip(w - m.x_nearest(r.tau_plus) * (r.Aplus + r.Aplus_triplet * m.y_nearest(r.tau_minus_triplet)), -3.0);
      });
}

template <class Rule>
struct Guetig {
  Rule r{
      .tau_plus = 15.0, .tau_minus = 30.0, .lambda = 0.05, .alpha = 0.8, .mu_plus = 0.4, .mu_minus = 1.0, .Wmax = 2.0};
  double up(double w, double x) const {
    return clip(w + r.lambda * r.Wmax * std::pow(1.0 - w / r.Wmax, r.mu_plus) * x, r.Wmax);
  }
  double down(double w, double y) const {
    return clip(w - r.alpha * r.lambda * r.Wmax * std::pow(w / r.Wmax, r.mu_minus) * y, r.Wmax);
  }
};

TEST(RuleFormulas, OfNearestNeighboursSymmetric) {
  const Guetig<StdpNnSymmSynapse> g;
  expect_formula(
      g.r, 1.0, [&](double w, const Moment& m) { return g.down(w, m.y_nearest(30.0)); },
      [&](double w, const Moment& m) { return g.up(w, m.x_nearest(15.0)); });
}

TEST(RuleFormulas, OfNearestNeighboursCenteredOnThePre) {
  const Guetig<StdpNnPreCenteredSynapse> g;
  expect_formula(
      g.r, 1.0, [&](double w, const Moment& m) { return g.down(w, m.y_nearest(30.0)); },
      [&](double w, const Moment& m) {
        // Each pre pairs with the next post only: those since the last post.
        double x = 0.0;
        for (std::size_t k = 0; k < m.pres; ++k)
          if (m.pre[k] > m.last_post()) x += std::exp(-(m.t - m.pre[k]) / 15.0);
        return g.up(w, x);
      });
}

TEST(RuleFormulas, OfNearestNeighboursRestricted) {
  const Guetig<StdpNnRestrSynapse> g;
  expect_formula(
      g.r, 1.0,
      [&](double w, const Moment& m) { return g.down(w, m.last_post() >= m.last_pre() ? m.y_nearest(30.0) : 0.0); },
      [&](double w, const Moment& m) { return g.up(w, m.last_pre() > m.last_post() ? m.x_nearest(15.0) : 0.0); });
}

TEST(RuleFormulas, OfThePowerLaw) {
  const StdpPlSynapseHom r{.lambda = 0.1, .alpha = 0.3, .w_0 = 2.0};
  expect_formula(
      r, 1.0, [&](double w, const Moment& m) { return std::max(0.0, w - r.alpha * r.lambda * w * m.y(20.0)); },
      [&](double w, const Moment& m) { return w + r.lambda * 2.0 * std::pow(w / 2.0, r.mu) * m.x(20.0); });
}

TEST(RuleFormulas, OfInhibitoryPlasticity) {
  const VogelsSprekelerSynapse r{.eta = 0.02, .alpha = 0.25, .Wmax = -1.5};
  expect_formula(
      r, -0.5, [&](double w, const Moment& m) { return clip(w - r.eta * (m.y(20.0) - r.alpha), -1.5); },
      [&](double w, const Moment& m) { return clip(w - r.eta * m.x(20.0), -1.5); });
}

TEST(RuleFormulas, OfDiehlAndCookInThePaper) {
  const DiehlCookSynapse r{.eta = 0.05, .x_tar = 0.5, .mu = 0.6};
  expect_formula(
      r, 0.4, [](double w, const Moment&) { return w; },
      [&](double w, const Moment& m) {
        return clip(w + r.eta * (m.x(20.0) - r.x_tar) * std::pow(1.0 - w, r.mu), 1.0);
      });
}

TEST(RuleFormulas, OfDiehlAndCookInTheProgram) {
  const DiehlCookTripletSynapse r{.nu_pre = 0.01, .nu_post = 0.05};
  expect_formula(
      r, 0.4, [&](double w, const Moment& m) { return clip(w - r.nu_pre * m.y_nearest(20.0), 1.0); },
      [&](double w, const Moment& m) { return clip(w + r.nu_post * m.x_nearest(20.0) * m.y_nearest(40.0), 1.0); });
}

// Weights that move between events: the formula keeps the time of the last one.
TEST(RuleFormulas, OfDecayingWeights) {
  const StdpDecaySynapse r{
      .tau_decay = 300.0, .w_rest = 0.2, .lambda = 0.05, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 2.0};
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    RandomStream random(4, Purpose::task, seed);
    const Times pre = random_times(random, 20);
    const Times post = random_times(random, 20);
    double last = 0.0;
    const auto decayed = [&](double w, double t) {
      const double now = 0.2 + (w - 0.2) * std::exp(-(t - last) / 300.0);
      last = t;
      return now;
    };
    const double end = by_formula(
        [&](double w, const Moment& m) { return clip(decayed(w, m.t) - 0.1 * m.y(20.0), 2.0); },
        [&](double w, const Moment& m) { return clip(decayed(w, m.t) + 0.1 * m.x(20.0), 2.0); }, 1.0, pre, post);
    ASSERT_NEAR(by_rule(r, 1.0, pre, post, 700.0), decayed(end, 700.0), 5e-6) << seed;
  }
  EXPECT_NEAR(by_rule(r, 1.0, {}, {}, 300.0), 0.2 + 0.8 * std::exp(-1.0), 1e-7)
      << "a synapse without spikes decays too";
}

// dw/dt = c n in steps of 0.01 ms, beside the closed form.
TEST(RuleFormulas, OfRewardedPlasticityAgreeWithSmallSteps) {
  const StdpDopamineSynapse r{.tau_c = 400.0, .tau_n = 100.0, .Aplus = 0.3, .Aminus = 0.2, .Wmax = 4.0};
  const Times pre{10.0, 50.0, 55.0, 200.0};
  const Times post{20.0, 52.0, 190.0, 230.0};
  const std::vector<std::pair<double, double>> rewards{{100.0, 1.5}, {300.0, -1.0}, {300.0, 0.5}};
  Shard shard;
  shard.sources = {0, 1};
  shard.constant_weight = 1.0;
  shard.row_begin = {0, 1};
  shard.target = {0};
  LazyPlasticity<StdpDopamineSynapse> lazy(r, shard, 1, {});
  double w = 1.0, c = 0.0, n = 0.0, x = 0.0, y = 0.0;
  constexpr double dt = 0.01;
  for (int step = 0; step < 80'000; ++step) {
    const double t = step * dt;
    const auto now = [&](double event) { return std::abs(event - t) < dt / 2; };
    for (const auto& [at, amount] : rewards)
      if (now(at)) {
        n += amount / r.tau_n;
        lazy.on_reward(Time::from_ms(at), amount);
      }
    for (const double p : pre)
      if (now(p)) {
        c -= r.Aminus * y;
        x += 1.0;
        lazy.on_source_spike(0, Time::from_ms(p));
        lazy.on_delivery(0, shard.group(0, 0), Time::from_ms(p));
      }
    for (const double p : post)
      if (now(p)) {
        c += r.Aplus * x;
        y += 1.0;
        lazy.on_target_spike(0, Time::from_ms(p));
      }
    const double mean = 0.5 * (c * n + c * std::exp(-dt / r.tau_c) * n * std::exp(-dt / r.tau_n));
    w = clip(w + mean * dt, r.Wmax);
    c *= std::exp(-dt / r.tau_c);
    n *= std::exp(-dt / r.tau_n);
    x *= std::exp(-dt / r.tau_plus);
    y *= std::exp(-dt / r.tau_minus);
    if (step % 5000 == 4999) {
      float actual = 0.0F;
      lazy.weights_at(Time::from_ms(t + dt), {&actual, 1});
      ASSERT_NEAR(actual, w, 2e-6) << t;
    }
  }
  EXPECT_GT(std::abs(w - 1.0), 0.1);
}

}  // namespace
}  // namespace synop::test
