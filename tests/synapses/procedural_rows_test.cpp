// What connection rules say of the targets of a source, and which synapses may be procedural.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"
#include "synop/synapses/connect/one_to_one.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace synop {
namespace {

using Row = std::vector<std::uint32_t>;

constexpr ConnectionContext thousand{.sources = 1000, .targets = 1000, .seed = 11, .projection = 2};

Row row_of(const ConnectionRule& rule, const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
           std::uint32_t end) {
  Row row{1, 2, 3};  // which is to be replaced
  rule.targets_of(context, source, first, end, row);
  return row;
}

TEST(ProceduralRows, OfBernoulliLieInTheBlockAndAscendWithoutRepetition) {
  ConnectionContext wide = thousand;
  wide.targets = 3'000'000;
  for (const double p : {1e-300, 1e-9, 1e-6, 1e-4, 0.0009, 0.001, 0.1, 0.5, 0.999, 1.0 - 1e-16})
    for (const std::uint32_t end : {1001u, 1016u, 5096u, 101'000u})
      for (std::uint32_t source = 0; source < 50; ++source) {
        const Row row = row_of(PairwiseBernoulli(p), wide, source, 1000, end);
        if (row.empty()) continue;
        EXPECT_GE(row.front(), 1000u);
        EXPECT_LT(row.back(), end);
        EXPECT_TRUE(std::adjacent_find(row.begin(), row.end(), std::greater_equal<>()) == row.end());
      }
}

// The words that a longer row takes are the same at its beginning, however many are made at a time.
TEST(ProceduralRows, OfBernoulliBeginAlikeWhereverTheBlockEnds) {
  ConnectionContext wide = thousand;
  wide.targets = 100'000;
  for (const double p : {0.0005, 0.01, 0.3}) {
    const Row whole = row_of(PairwiseBernoulli(p), wide, 4, 0, 100'000);
    for (const std::uint32_t end : {1u, 17u, 500u, 4096u, 70'000u}) {
      const Row part = row_of(PairwiseBernoulli(p), wide, 4, 0, end);
      const auto expected = std::lower_bound(whole.begin(), whole.end(), end);
      EXPECT_EQ(part, Row(whole.begin(), expected)) << p << ", " << end;
    }
  }
}

TEST(ProceduralRows, OfBernoulliDifferByEverythingTheyAreKeyedBy) {
  const PairwiseBernoulli rule(0.3);
  const Row row = row_of(rule, thousand, 5, 0, 500);
  EXPECT_EQ(row, row_of(rule, thousand, 5, 0, 500));
  EXPECT_NE(row, row_of(rule, thousand, 6, 0, 500));
  ConnectionContext other = thousand;
  other.seed = 12;
  EXPECT_NE(row, row_of(rule, other, 5, 0, 500));
  other = thousand;
  other.projection = 3;
  EXPECT_NE(row, row_of(rule, other, 5, 0, 500));
  Row next = row_of(rule, thousand, 5, 500, 1000);
  for (std::uint32_t& target : next) target -= 500;
  EXPECT_NE(row, next);
}

TEST(ProceduralRows, OfBernoulliWithCertaintyHoldAllOrNothing) {
  EXPECT_EQ(row_of(PairwiseBernoulli(0.0), thousand, 3, 10, 20), Row());
  EXPECT_EQ(row_of(PairwiseBernoulli(1.0), thousand, 3, 10, 13), (Row{10, 11, 12}));
}

TEST(ProceduralRows, LeaveOutAutapsesOnly) {
  ConnectionContext shifted{.sources = 5, .targets = 6, .seed = 1, .same_population = true, .autapse_shift = -2};
  EXPECT_EQ(row_of(AllToAll(false), shifted, 0, 0, 6), (Row{0, 1, 2, 3, 4, 5})) << "it is no target";
  EXPECT_EQ(row_of(AllToAll(false), shifted, 2, 0, 6), (Row{1, 2, 3, 4, 5}));
  EXPECT_EQ(row_of(AllToAll(false), shifted, 4, 1, 4), (Row{1, 3}));
  EXPECT_EQ(row_of(AllToAll(true), shifted, 4, 1, 4), (Row{1, 2, 3}));
  EXPECT_EQ(row_of(PairwiseBernoulli(1.0, false), shifted, 4, 1, 4), (Row{1, 3}));
  ConnectionContext within = thousand;
  within.same_population = true;
  for (std::uint32_t source = 0; source < 200; ++source) {
    Row with = row_of(PairwiseBernoulli(0.4), within, source, 0, 1000);
    std::erase(with, source);
    EXPECT_EQ(row_of(PairwiseBernoulli(0.4, false), within, source, 0, 1000), with);
  }
  EXPECT_EQ(row_of(OneToOne(), thousand, 7, 0, 8), (Row{7}));
  EXPECT_EQ(row_of(OneToOne(), thousand, 7, 8, 16), Row());
}

// Chi-square of counts against binomial(n, p), put together into classes of at least 8 expected.
struct ChiSquare {
  double value = 0.0;
  double degrees = -1.0;
};
ChiSquare chi_square_against_binomial(const std::vector<std::uint32_t>& counts, std::uint32_t n, double p) {
  std::vector<double> observed(n + 1);
  for (const std::uint32_t count : counts) observed[count] += 1.0;
  ChiSquare result;
  double seen = 0.0, expected = 0.0, left = static_cast<double>(counts.size());
  for (std::uint32_t k = 0; k <= n; ++k) {
    const double log_probability = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                                   k * std::log(p) + (n - k) * std::log1p(-p);
    seen += observed[k];
    expected += static_cast<double>(counts.size()) * std::exp(log_probability);
    if ((expected < 8.0 || left - expected < 8.0) && k < n) continue;
    result.value += (seen - expected) * (seen - expected) / expected;
    result.degrees += 1.0;
    left -= expected;
    seen = expected = 0.0;
  }
  return result;
}

// In two blocks. Five standard deviations of the chi-square distribution above its mean are one in some 10^5.
TEST(ProceduralRows, OfBernoulliHaveBinomialDegrees) {
  for (const double p : {0.0007, 0.01, 0.1, 0.6}) {
    constexpr std::uint32_t sources = 20'000, targets = 2000;
    const ConnectionContext context{.sources = sources, .targets = targets, .seed = 21};
    std::vector<std::uint32_t> out(sources), in(targets);
    for (std::uint32_t source = 0; source < sources; ++source)
      for (const std::uint32_t first : {0u, 800u})
        for (const std::uint32_t target :
             row_of(PairwiseBernoulli(p), context, source, first, first == 0 ? 800u : targets)) {
          ++out[source];
          ++in[target];
        }
    for (const auto& chi :
         {chi_square_against_binomial(out, targets, p), chi_square_against_binomial(in, sources, p)}) {
      EXPECT_GT(chi.degrees, 3.0);
      EXPECT_LT(chi.value, chi.degrees + 5.0 * std::sqrt(2.0 * chi.degrees)) << p;
      EXPECT_GT(chi.value, chi.degrees - 4.0 * std::sqrt(2.0 * chi.degrees)) << p;
    }
  }
}

// Steps are geometric and independent: how often a target follows k after another one.
TEST(ProceduralRows, OfBernoulliHaveGeometricSteps) {
  for (const double p : {0.0009, 0.1, 0.5}) {
    std::vector<double> seen(20), pairs(20);
    double rows = 0.0;
    const ConnectionContext context{.sources = 4000, .targets = 4000, .seed = 5};
    for (std::uint32_t source = 0; source < 4000; ++source, rows += 1.0) {
      const Row row = row_of(PairwiseBernoulli(p), context, source, 0, 4000);
      std::vector<char> connected(4000);
      for (const std::uint32_t target : row) connected[target] = 1;
      for (const std::uint32_t target : row)
        for (std::uint32_t k = 1; k < 20 && target + k < 4000; ++k) {
          pairs[k] += 1.0;
          seen[k] += connected[target + k];
        }
    }
    for (std::uint32_t k = 1; k < 20; ++k)
      EXPECT_NEAR(seen[k], p * pairs[k], 4.5 * std::sqrt(p * (1.0 - p) * pairs[k])) << p << ", " << k;
  }
}

std::string refusal_of(std::unique_ptr<ConnectionRule> rule, Synapse synapse) {
  NetworkBuilder builder;
  const auto cells = builder.add_population("cells", 10, ParrotNeuron{});
  synapse.procedural = true;
  try {
    builder.connect(cells, cells, std::move(rule), std::move(synapse), "loop");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "none";
}

TEST(ProceduralRows, AreRefusedWhereSynapsesDifferOrRulesHaveNone) {
  using testing::AllOf, testing::HasSubstr;
  const auto bernoulli = [] { return std::make_unique<PairwiseBernoulli>(0.5); };
  EXPECT_EQ(refusal_of(bernoulli(), {}), "none");
  EXPECT_THAT(refusal_of(std::make_unique<FixedIndegree>(3), {}),
              AllOf(HasSubstr("projection 'loop': rule = fixed_indegree with procedural synapses; allowed: "),
                    HasSubstr("pairwise_bernoulli")));
  EXPECT_THAT(refusal_of(std::make_unique<ExplicitList>(std::vector<ExplicitList::Connection>{{1, 2}}), {}),
              HasSubstr("rule = explicit"));
  EXPECT_THAT(refusal_of(bernoulli(), {.weight = uniform(0.0, 1.0)}),
              HasSubstr("projection 'loop': weight = uniform with procedural synapses; allowed: one weight"));
  EXPECT_THAT(refusal_of(bernoulli(), {.delay = {.kind = Distribution::normal, .a = 1.0, .b = 0.1, .low = 0.5}}),
              HasSubstr("projection 'loop': delay = normal with procedural synapses; allowed: one delay"));
  EXPECT_THAT(
      refusal_of(bernoulli(), {.plasticity = plastic(StdpSynapse{})}),
      HasSubstr("projection 'loop': synapse = stdp_synapse with procedural synapses; allowed: static synapses"));
}

}  // namespace
}  // namespace synop
