#include "synop/core/energy.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/price_catalogue.hpp"

namespace synop {
namespace {

OperationCounts counts_of(std::initializer_list<std::pair<Operation, std::uint64_t>> entries) {
  OperationCounts counts;
  for (const auto& [operation, count] : entries) counts[operation] = count;
  return counts;
}

double total(const OperationCounts& counts, std::string_view table) {
  const EnergyEstimate estimate = price(counts, find_price_table(table));
  EXPECT_TRUE(estimate.total_joules.has_value()) << estimate.refusal;
  return estimate.total_joules.value_or(-1.0);
}

TEST(PriceTables, AreValidAndNameTheirSource) {
  for (const PriceTable& table : builtin_price_tables()) {
    EXPECT_NO_THROW(table.validate()) << table.name;
    EXPECT_FALSE(table.source.empty());
    EXPECT_EQ(&find_price_table(table.name), &table);
  }
}

TEST(PriceTables, SuggestTheNearestName) {
  try {
    find_price_table("loihi_2108");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'loihi_2018'"), std::string::npos) << error.what();
  }
}

TEST(PriceTables, RefuseDuplicatesNegativePricesAndEmptyInclusion) {
  PriceTable table{.name = "mine", .prices = {{Operation::mac, 1e-12, {}}, {Operation::mac, 2e-12, {}}}};
  EXPECT_THROW(table.validate(), Error);
  table.prices = {{Operation::mac, -1e-12, {}}};
  EXPECT_THROW(table.validate(), Error);
  table.prices = {{Operation::mac, std::numeric_limits<double>::quiet_NaN(), {}}};
  EXPECT_THROW(table.validate(), Error);
  table.prices = {{Operation::weight_read, {}, {Operation::mac}}};
  EXPECT_THROW(table.validate(), Error);
  table.prices.push_back({Operation::mac, 1e-12, {}});
  EXPECT_NO_THROW(table.validate());
}

// Published: 4.6 pJ and 0.23 pJ per MAC, so 11.007 uJ and 0.550 uJ for the 784-1200-1200-10 network without biases.
TEST(Price, GivesThePublishedEnergyOfAKnownNetwork) {
  const std::vector<std::size_t> layers = {784, 1200, 1200, 10};
  const OperationCounts ann = dense_ann_operations(layers, false);
  EXPECT_NEAR(total(ann, "horowitz45_fp32_compute"), 11.007e-6, 0.0005e-6);
  EXPECT_NEAR(total(ann, "horowitz45_int8_compute"), 0.550e-6, 0.0005e-6);
  const OperationCounts biases = dense_ann_operations(layers) - ann;
  EXPECT_NEAR(total(biases, "horowitz45_fp32_compute"), 2410 * 0.9e-12, 1e-20);
}

// The customary account of a spiking ResNet-18 in the literature: 0.10 G additions and 0.14 G MACs are 0.734 mJ.
TEST(Price, AgreesWithTheCustomaryAccountOfAPublishedNetwork) {
  const auto counts = counts_of({{Operation::synaptic_add, 100'000'000}, {Operation::mac, 140'000'000}});
  EXPECT_NEAR(total(counts, "horowitz45_fp32_compute"), 0.734e-3, 1e-9);
}

TEST(Price, PutsTenPicojoulesOnEveryWordFromMemory) {
  const auto event = counts_of({{Operation::synaptic_add, 1},
                                {Operation::weight_read, 1},
                                {Operation::state_read, 1},
                                {Operation::state_write, 1}});
  EXPECT_NEAR(total(event, "horowitz45_fp32_sram"), 30.9e-12, 1e-20);
  EXPECT_NEAR(total(event, "horowitz45_int32_sram"), 30.1e-12, 1e-20);
  EXPECT_NEAR(total(event, "horowitz45_fp32_compute"), 0.9e-12, 1e-20);
}

TEST(Price, IsAdditive) {
  OperationCounts a, b;
  std::uint64_t n = 0;
  for (const Operation operation : all_operations()) {
    a[operation] = 17 + n * n;
    b[operation] = 1'000'003 * ++n;
  }
  for (const std::string_view table : {"horowitz45_fp32_compute", "horowitz45_fp32_sram"}) {
    const double sum = total(a, table) + total(b, table);
    EXPECT_NEAR(total(a + b, table), sum, 1e-12 * sum);
  }
}

TEST(Price, RefusesACoveredOperationWithoutAPriceAndNamesBoth) {
  const auto counts = counts_of({{Operation::synaptic_add, 5}, {Operation::mac, 1}});
  const EnergyEstimate estimate = price(counts, find_price_table("loihi_2018"));
  EXPECT_FALSE(estimate.total_joules.has_value());
  EXPECT_EQ(estimate.refusal, "price table loihi_2018 has no price for mac");
}

TEST(Price, ChargesNothingTwiceWhatAnotherPriceIncludes) {
  const auto counts = counts_of({{Operation::synaptic_add, 10},
                                 {Operation::weight_read, 10},
                                 {Operation::state_read, 10},
                                 {Operation::state_write, 10},
                                 {Operation::neuron_update, 3},
                                 {Operation::threshold_compare, 3}});
  EXPECT_NEAR(total(counts, "loihi_2018"), 10 * 23.6e-12 + 3 * 81e-12, 1e-20);
}

TEST(Price, RefusesWhatIsIncludedInAnOperationThatWasNotPerformed) {
  const auto counts = counts_of({{Operation::synaptic_add, 10}, {Operation::reset, 2}});
  const EnergyEstimate estimate = price(counts, find_price_table("loihi_2018"));
  EXPECT_FALSE(estimate.total_joules.has_value());
  EXPECT_EQ(estimate.refusal, "price table loihi_2018 has no price for reset");
}

TEST(Price, ListsWhatTheTableDoesNotCover) {
  const auto counts = counts_of({{Operation::synaptic_add, 5}, {Operation::neuron_update, 7}});
  const EnergyEstimate estimate = price(counts, find_price_table("horowitz45_fp32_compute"));
  ASSERT_TRUE(estimate.total_joules.has_value());
  ASSERT_EQ(estimate.uncovered.size(), 1U);
  EXPECT_EQ(estimate.uncovered[0].operation, Operation::neuron_update);
  EXPECT_EQ(estimate.uncovered[0].count, 7U);
}

TEST(Price, HasNoTotalWhenNothingThatWasDoneIsCovered) {
  const EnergyEstimate estimate =
      price(counts_of({{Operation::spike_emitted, 3}}), find_price_table("horowitz45_fp32_compute"));
  EXPECT_FALSE(estimate.total_joules.has_value());
  EXPECT_EQ(price(OperationCounts{}, find_price_table("horowitz45_fp32_compute")).total_joules, 0.0);
}

TEST(JoulesText, ChoosesThePrefixByTheRoundedValue) {
  EXPECT_EQ(joules_text(11.00688e-6), "11.01 uJ");
  EXPECT_EQ(joules_text(23.6e-12), "23.6 pJ");
  EXPECT_EQ(joules_text(999.96e-12), "1 nJ");
  EXPECT_EQ(joules_text(999.9e-12), "999.9 pJ");
  EXPECT_EQ(joules_text(0.0), "0 J");
  EXPECT_EQ(joules_text(1.094e-3), "1.094 mJ");
}

}  // namespace
}  // namespace synop
