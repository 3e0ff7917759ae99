#include "synop/io/energy/energy_account.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/price_catalogue.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

// 100 inputs, 10 neurons, all to all; in each of 4 inferences of 20 ms `spikes` of the inputs, spread over all of them.
EnergyResult result_with(std::uint64_t spikes) {
  EnergyResult result{.path = "result.json",
                      .experiment = "toy",
                      .program_version = "0",
                      .ledger = {},
                      .job = "",
                      .accuracy = {},
                      .training = {},
                      .anns = {}};
  Ledger& ledger = result.ledger;
  ledger.inferences = 4;
  ledger.simulated = Delay::from_ms(80.0);
  ledger.populations.push_back({.name = "in",
                                .model = "poisson_population",
                                .size = 100,
                                .spikes = 4 * spikes,
                                .active = 4 * std::min<std::uint64_t>(spikes, 100),
                                .largest_count = (spikes + 99) / 100});
  ledger.populations.push_back({.name = "out",
                                .model = "iaf_psc_delta",
                                .size = 10,
                                .state_variables = 1,
                                .neurons = true,
                                .leaky = true,
                                .spikes = 8,
                                .active = 8,
                                .largest_count = 1});
  ledger.projections.push_back({.name = "in_out",
                                .source = "in",
                                .target = "out",
                                .sources = 100,
                                .targets = 10,
                                .synapses = 1000,
                                .source_spikes = 4 * spikes,
                                .target_spikes = 8,
                                .deliveries = 40 * spikes,
                                .dense_deliveries = 40 * spikes,
                                .effective_deliveries = 40 * spikes,
                                .sent = 40 * spikes});
  return result;
}

EnergyResult task_with(std::uint64_t spikes) {
  EnergyResult result = result_with(spikes);
  result.is_task = true;
  result.job = "4 test samples";
  result.accuracy = 0.9;
  result.grids = {{Delay::from_ms(1.0), 0.89}};
  result.anns = {{.name = "good",
                  .layers = {dense_layer("1", 100, 10, true)},
                  .accuracy = 0.92,
                  .int8_accuracy = {},
                  .training_macs = 1000000,
                  .origin = "here"},
                 {.name = "bad",
                  .layers = {dense_layer("1", 10, 10, true)},
                  .accuracy = 0.5,
                  .int8_accuracy = {},
                  .origin = "here"}};
  return result;
}

EnergyAccount account_of(EnergyResult result, const std::vector<std::string>& tables) {
  EnergyOptions options;
  for (const std::string& table : tables) options.tables.push_back(find_price_table(table));
  return energy_account(std::move(result), std::move(options));
}

const Contest& against(const TableAccount& t, const EnergyAccount& account, const std::string& name) {
  for (const Contest& c : t.contests)
    if (account.opponents[c.opponent].name.find(name) != std::string::npos) return c;
  throw std::runtime_error("no opponent " + name);
}

TEST(EnergyAccount, MeasuresSAndSparsity) {
  const EnergyAccount account = account_of(result_with(50), {"horowitz45_fp32_compute"});
  EXPECT_DOUBLE_EQ(account.spikes_per_synapse, 0.5);
  EXPECT_DOUBLE_EQ(account.steps, 20.0);
  EXPECT_DOUBLE_EQ(account.activation_sparsity, 1.0 - 8.0 / (10 * 80));
  EXPECT_DOUBLE_EQ(account.connection_sparsity, 0.0);
  EXPECT_EQ(account.thresholds.size(), 7u);
}

// S* is where the ratio to the dense network of the same topology is one, whatever the table and the traffic.
TEST(EnergyAccount, SolvesTheBreakEvenForTheCase) {
  for (const char* table :
       {"horowitz45_fp32_compute", "horowitz45_fp32_memory", "horowitz45_int8_memory", "davidson_furber22"})
    for (const std::uint64_t spikes : {10, 100, 800}) {
      const EnergyAccount account = account_of(result_with(spikes), {table});
      for (const TableAccount& t : account.tables) {
        const Contest& c = against(t, account, "same topology, dense");
        ASSERT_TRUE(t.break_even && c.ratio) << t.no_break_even;
        EXPECT_EQ(account.spikes_per_synapse < *t.break_even, *c.ratio < 1.0) << table << ' ' << spikes;
      }
    }
  // By hand: an addition against a MAC and, per output, one addition of a bias.
  const EnergyAccount account = account_of(result_with(50), {"horowitz45_fp32_compute"});
  EXPECT_NEAR(*account.tables[0].break_even, (4.6 * 1000 + 0.9 * 10) / 1000 / 0.9, 1e-9);
}

// A network with S = S* costs what the conventional one costs, also where neurons are updated in every step.
TEST(EnergyAccount, CostsTheSameAtTheBreakEven) {
  for (const bool clocked : {false, true}) {
    EnergyOptions options;
    options.tables = {find_price_table("horowitz45_fp32_sram")};
    options.tables[0].clocked = clocked;
    const EnergyAccount account = energy_account(result_with(100), options);
    const TableAccount& t = account.tables.at(0);
    ASSERT_EQ(t.traffic, Traffic::none);
    ASSERT_TRUE(t.break_even);
    const auto spikes = static_cast<std::uint64_t>(std::lround(100.0 * *t.break_even));
    const EnergyAccount there = energy_account(result_with(spikes), options);
    EXPECT_NEAR(*against(there.tables[0], there, "same topology, dense").ratio, 1.0, 1.0 / static_cast<double>(spikes))
        << clocked;
  }
}

TEST(EnergyAccount, LetsFewSpikesWinAndManyLose) {
  const std::vector<std::string> tables{"horowitz45_fp32_compute"};
  const EnergyAccount few = account_of(task_with(10), tables), many = account_of(task_with(900), tables);
  EXPECT_EQ(against(few.tables[0], few, "good").verdict, Verdict::spiking_wins);
  EXPECT_EQ(against(many.tables[0], many, "good").verdict, Verdict::spiking_loses);
  EXPECT_THAT(few.verdicts.at(0), HasSubstr("45 nm, compute only: spiking wins"));
  EXPECT_THAT(many.verdicts.at(0), HasSubstr("45 nm, compute only: spiking loses"));
  EXPECT_EQ(few.thresholds.at(5).standing, Standing::win);    // S = 0.1 against 0.15 to 1.38
  EXPECT_EQ(many.thresholds.at(5).standing, Standing::lose);  // S = 9
}

TEST(EnergyAccount, ComparesWithAllThreeKindsAndOnlyWithTheFirstWithoutATask) {
  const EnergyAccount task = account_of(task_with(10), {"horowitz45_fp32_compute"});
  std::vector<std::string> kinds;
  for (const Opponent& o : task.opponents) kinds.push_back(o.kind);
  EXPECT_THAT(kinds,
              testing::ElementsAre("same topology", "same topology", "bit-matched", "bit-matched", "equal accuracy"));
  EXPECT_THAT(task.remarks, testing::IsEmpty());
  const EnergyAccount run = account_of(result_with(10), {"horowitz45_fp32_compute"});
  EXPECT_EQ(run.opponents.size(), 2u);
  EXPECT_THAT(run.remarks.at(0), HasSubstr("only (a) is compared"));
}

// Zeros of a trained network are skipped where it is known how many there are: then both ways are compared.
TEST(Equivalents, SkipZerosOfTrainedNetworksToo) {
  std::vector<AnnResult> anns = task_with(10).anns;
  EXPECT_EQ(equally_accurate(anns, 0.9, 0.01).size(), 1u);
  EXPECT_EQ(equally_accurate(anns, 0.5, 0.01).size(), 2u);
  anns[0].layers[0].density = 0.25;
  const std::vector<Equivalent> both = equally_accurate(anns, 0.9, 0.01);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].layers[0].density, 1.0);
  EXPECT_EQ(both[1].layers[0].density, 0.25);
  EXPECT_THAT(both[1].name, HasSubstr("zeros skipped"));
}

TEST(EnergyAccount, SaysThatNoTrainedNetworkIsAsGood) {
  EnergyResult result = task_with(10);
  result.accuracy = 0.99;
  EXPECT_THAT(account_of(result, {"horowitz45_fp32_compute"}).remarks.at(0),
              HasSubstr("no trained network reaches 99.00 %"));
}

// 10 of 100 inputs are active: a tenth of the MACs.
TEST(Equivalents, SkipInputsThatWereSilent) {
  const std::vector<Equivalent> all = equivalents_of(task_with(10), {});
  EXPECT_DOUBLE_EQ(all.at(0).layers.at(0).density, 1.0);
  EXPECT_DOUBLE_EQ(all.at(1).layers.at(0).density, 0.1);
  EXPECT_EQ(all.at(0).layers.at(0).biases, 10u);
}

TEST(Equivalents, HaveTheBitsOfTheLargestCountOrOfTheLatency) {
  EXPECT_EQ(activation_bits(task_with(100).ledger, {}), 1u);
  EXPECT_EQ(activation_bits(task_with(900).ledger, {}), 4u);                                                // 9 spikes
  EXPECT_EQ(activation_bits(task_with(900).ledger, {.latency = true, .step = Delay::from_ms(1.0)}), 5u);    // 20 steps
  EXPECT_EQ(activation_bits(task_with(900).ledger, {.latency = true, .step = Delay::from_ms(0.01)}), 11u);  // 2000
}

TEST(Equivalents, UnrollRecurrentProjectionsOverTheSteps) {
  EnergyResult result = task_with(10);
  result.ledger.projections.push_back({.name = "inhibition",
                                       .source = "out",
                                       .target = "out",
                                       .sources = 10,
                                       .targets = 10,
                                       .synapses = 90,
                                       .source_spikes = 8,
                                       .target_spikes = 8,
                                       .deliveries = 72,
                                       .sent = 72});
  const std::vector<Equivalent> all = equivalents_of(result, {});
  ASSERT_EQ(all.size(), 6u);
  EXPECT_THAT(all[0].name, HasSubstr("unrolled over 20 steps"));
  EXPECT_EQ(all[0].layers.at(0).evaluations, 1u);
  EXPECT_EQ(all[0].layers.at(1).evaluations, 20u);
  EXPECT_EQ(all[0].layers.at(1).outputs, 0u);  // those of the first projection
  EXPECT_EQ(all[1].layers.size(), 1u);
  EXPECT_THAT(all[1].name, HasSubstr("feed-forward part"));
}

TEST(EnergyAccount, RefusesActivationsWiderThanTheTable) {
  EnergyResult result = task_with(10);
  result.ledger.populations[0].largest_count = 300;
  const EnergyAccount account = account_of(result, {"horowitz45_int8_memory"});
  EXPECT_THAT(against(account.tables[0], account, "bit-matched").cost.refusal,
              HasSubstr("activations of 9 do not fit"));
}

TEST(EnergyAccount, GivesNoRatioWhereAChipHasNoPriceForMacs) {
  const EnergyAccount account = account_of(task_with(10), {"loihi_2018"});
  ASSERT_EQ(account.tables.size(), 1u);
  EXPECT_TRUE(account.tables[0].memory_included);
  EXPECT_TRUE(account.tables[0].spiking.joules.has_value());
  EXPECT_FALSE(account.tables[0].contests.at(0).ratio.has_value());
  EXPECT_THAT(account.tables[0].contests.at(0).cost.refusal, HasSubstr("loihi_2018 has no price for mac"));
  EXPECT_THAT(account.verdicts.at(0), HasSubstr("undecided"));
  // By hand: 100 additions, and of 200 updates in 20 steps at most 100 driven.
  EXPECT_NEAR(*account.tables[0].spiking.joules, (100 * 23.6 + 100 * 81 + 100 * 52) * 1e-12, 1e-18);
}

TEST(EnergyAccount, NeverMixesNodesInARange) {
  const EnergyAccount account = account_of(
      task_with(10), {"horowitz45_fp32_compute", "horowitz45_int8_compute", "davidson_furber22", "kerasspiking_arm"});
  for (const NodeSummary& s : account.summaries)
    for (const std::string& table : s.tables) EXPECT_EQ(find_price_table(table).node_nm, s.node_nm) << table;
  for (const NodeSummary& s : account.summaries)
    if (s.node_nm == 0.0) EXPECT_EQ(s.tables.size(), 1u);  // not known: comparable with nothing
}

// d ln(ratio) / d ln(price), checked by a table whose price is 1 % higher.
TEST(EnergyAccount, FindsThePricesThatMatterMost) {
  const EnergyAccount account = account_of(task_with(60), {"horowitz45_fp32_sram"});
  for (const TableAccount& t : account.tables) {
    const Contest& c = against(t, account, "good");
    ASSERT_EQ(c.sensitivities.size(), 2u);
    for (const Sensitivity& s : c.sensitivities) {
      EnergyOptions options;
      options.tables = {t.table};
      for (Price& price : options.tables[0].prices)
        if (price.operation == s.operation) price.joules = *price.joules * 1.01;
      const EnergyAccount changed = energy_account(task_with(60), options);
      for (const TableAccount& other : changed.tables)
        if (other.traffic == t.traffic)
          EXPECT_NEAR(std::log(*against(other, changed, "good").ratio / *c.ratio) / std::log(1.01), s.elasticity, 0.01);
    }
  }
}

TEST(EnergyAccount, CountsInferencesUntilTrainingIsRepaid) {
  EnergyResult result = task_with(10);
  TrainingPhase phase{"train", result.ledger};
  phase.ledger.projections[0].plastic = true;
  phase.ledger.projections[0].plastic_pre = 1'000'000'000;
  result.training = {phase};
  const EnergyAccount account = account_of(result, {"horowitz45_fp32_sram"});
  const TableAccount& t = account.tables.at(0);
  const Contest& c = against(t, account, "good");
  ASSERT_TRUE(c.life.inferences) << c.life.text;
  const double both = *c.life.inferences * (*c.cost.joules - *t.spiking.joules);
  EXPECT_NEAR(both, *t.spiking.training_joules - *c.cost.training_joules, 1e-9 * both);
}

TEST(EnergyAccount, RefusesAnotherJob) {
  EnergyOptions options;
  options.others = {task_with(5)};
  EXPECT_NO_THROW(energy_account(task_with(10), options));
  options.others[0].job = "5 test samples";
  EXPECT_THROW(energy_account(task_with(10), options), Error);
  EXPECT_THROW(energy_account(result_with(10), options), Error);
}

}  // namespace
}  // namespace synop
