#include "synop/io/energy/price_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/energy.hpp"
#include "synop/core/energy_comparison.hpp"
#include "synop/core/error.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/output_folder.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string good = R"(format_version = 1
name = "mine"
title = "A chip"
source = "a data sheet"
node_nm = 28
supply_volts = "unknown"
evidence = "measured"
clocked = true
unit = "nJ"

[prices]
synaptic_add = 2
mac = "none"
weight_read = "by size"
state_read = { included_in = ["synaptic_add", "neuron_update"] }
neuron_update = 0.5

[memory]
access_bits = 64
weight_bits = 8
state_bits = 32

[[memory.level]]
name = "small"
bytes = 1000
price = 1

[[memory.level]]
name = "large"
bytes = "unlimited"
price = 80
)";

std::string with(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

std::string refusal(const std::string& text) {
  try {
    (void)parse_price_table(text, "mine.toml");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(PriceFile, IsReadInItsUnit) {
  const PriceTable table = parse_price_table(good, "mine.toml");
  EXPECT_EQ(table.name, "mine");
  EXPECT_DOUBLE_EQ(*table.find(Operation::synaptic_add)->joules, 2e-9);
  EXPECT_FALSE(table.find(Operation::mac)->joules.has_value());
  EXPECT_TRUE(table.find(Operation::weight_read)->by_size);
  EXPECT_EQ(table.find(Operation::state_read)->included_in,
            (std::vector<Operation>{Operation::synaptic_add, Operation::neuron_update}));
  EXPECT_EQ(table.find(Operation::reset), nullptr);
  EXPECT_TRUE(table.clocked);
  EXPECT_FALSE(table.supply_volts.has_value());
  ASSERT_EQ(table.memory.size(), 2u);
  EXPECT_EQ(table.memory[0].bytes, 1000u);
  EXPECT_DOUBLE_EQ(table.memory[1].joules, 80e-9);
}

// A weight of 8 bits is an eighth of an access of 64; 1,000 of them just fit into the small memory.
TEST(PriceFile, PricesMemoryBySize) {
  const PriceTable table = parse_price_table(good, "mine.toml");
  for (const auto& [words, joules] : {std::pair{1000u, 1e-9 / 8}, std::pair{1001u, 80e-9 / 8}}) {
    Work work{.name = "layer", .counts = {}, .weights = {words}};
    work.counts[Operation::weight_read] = 16;
    const EnergyEstimate estimate = price(std::span(&work, 1), table);
    ASSERT_TRUE(estimate.total_joules) << estimate.refusal;
    EXPECT_DOUBLE_EQ(*estimate.total_joules, 16 * joules);
  }
  OperationCounts counts;
  counts[Operation::weight_read] = 1;
  EXPECT_THAT(price(counts, table).refusal, HasSubstr("price table mine has no price for weight_read (of the counts"));
}

TEST(PriceFile, NamesWhatIsWrong) {
  struct Bad {
    std::string what, by;
    std::vector<std::string> says;
  };
  const std::vector<Bad> cases{
      {"synaptic_add = 2",
       "synaptic_ad = 2",
       {"mine.toml:12:1: key 'prices.synaptic_ad'", "did you mean 'synaptic_add'"}},
      {"synaptic_add = 2", "synaptic_add = -2", {"mine.toml:12", "prices.synaptic_add", "-2", "[0, inf)"}},
      {"synaptic_add = 2", "synaptic_add = inf", {"prices.synaptic_add", "inf"}},
      {"synaptic_add = 2", "synaptic_add = nan", {"prices.synaptic_add", "nan"}},
      {"mac = \"none\"", "mac = \"by size\"", {"prices.mac", "no access to memory"}},
      {"mac = \"none\"", "mac = \"free\"", {"prices.mac", "\"free\"", "\"none\""}},
      {"source = \"a data sheet\"\n", "", {"'source'", "missing"}},
      {"source = \"a data sheet\"", "source = \" \"", {"'source'", "empty"}},
      {"unit = \"nJ\"\n", "", {"'unit'", "missing"}},
      {"unit = \"nJ\"", "unit = \"nj\"", {"'unit'", "nj", "did you mean 'nJ'"}},
      {"evidence = \"measured\"", "evidence = \"measure\"", {"'evidence'", "did you mean 'measured'"}},
      {"clocked = true\n", "", {"'clocked'", "missing"}},
      {"node_nm = 28", "node_nm = 0", {"'node_nm'", "0"}},
      {"format_version = 1", "format_version = 2", {"'format_version'", "2", "allowed: 1"}},
      {"\"neuron_update\"] }", "\"neuron_updates\"] }", {"prices.state_read", "did you mean 'neuron_update'"}},
      {"\"neuron_update\"] }", "\"mac\"] }", {"mine.toml", "state_read is included in mac", "must have one"}},
      {"bytes = 1000", "bytes = 0", {"memory.level[0].bytes", "0"}},
      {"bytes = \"unlimited\"", "bytes = 10", {"memory 'large' must be larger than 'small'"}},
      {"price = 80", "prize = 80", {"memory.level[1]", "did you mean 'price'"}},
      {"weight_bits = 8\n", "", {"memory.weight_bits", "missing"}},
  };
  for (const Bad& bad : cases)
    for (const std::string& part : bad.says)
      EXPECT_THAT(refusal(with(good, bad.what, bad.by)), HasSubstr(part)) << bad.by;
}

TEST(PriceFile, MayBeNamedInPlaceOfABuiltInTable) {
  const TemporaryFolder folder;
  const std::string path = (folder / "mine.toml").string();
  write_text_file(path, good);
  EXPECT_EQ(price_table(path).name, "mine");
  EXPECT_EQ(price_table("loihi_2018").name, "loihi_2018");
  EXPECT_THROW(price_table((folder / "other.toml").string()), Error);
}

TEST(PriceCatalogue, HoldsTheTablesOfTheLiteratureWithTheirSources) {
  for (const char* name :
       {"horowitz45_int8_compute", "horowitz45_int32_compute", "horowitz45_fp16_compute", "horowitz45_fp32_compute",
        "horowitz45_int8_memory", "horowitz45_int32_memory", "horowitz45_fp16_memory", "horowitz45_fp32_memory",
        "davidson_furber22", "loihi_2018", "loihi_sanafe", "truenorth_2014", "truenorth_survey", "spinnaker_2019",
        "spinnaker2_2019", "kerasspiking_cpu", "kerasspiking_gpu", "kerasspiking_arm"})
    EXPECT_GT(find_price_table(name).source.size(), 40u) << name;
  for (const PriceTable& table : builtin_price_tables()) EXPECT_NO_THROW(table.validate()) << table.name;
}

// The ratios of MAC to addition that papers take from Horowitz.
TEST(PriceCatalogue, HasTheCustomaryRatios) {
  const auto ratio = [](const char* name) {
    const PriceTable& table = find_price_table(name);
    return *table.find(Operation::mac)->joules / *table.find(Operation::synaptic_add)->joules;
  };
  EXPECT_NEAR(ratio("horowitz45_fp32_compute"), 5.11, 0.005);
  EXPECT_NEAR(ratio("horowitz45_fp16_compute"), 3.75, 0.005);
  EXPECT_NEAR(ratio("horowitz45_int8_compute"), 7.67, 0.005);
  EXPECT_NEAR(ratio("horowitz45_int32_compute"), 32.0, 0.005);
}

// S. Davidson and S. Furber: a MAC with its operands costs 12 E, a spike 7 E.
TEST(PriceCatalogue, HasTheRatioOfDavidsonAndFurber) {
  EXPECT_NEAR(break_even_spikes_per_synapse(find_price_table("davidson_furber22")).value_or(0.0), 12.0 / 7.0, 0.01);
}

// What a memory of 32 KB costs by size is what the table with that memory alone says.
TEST(PriceCatalogue, AgreesWithItselfAboutAMemoryOf32Kilobytes) {
  Work work{.name = "layer", .counts = {}, .weights = {8000}, .indices = {}, .states = {8000}};
  work.counts[Operation::weight_read] = 10;
  work.counts[Operation::state_write] = 3;
  EXPECT_DOUBLE_EQ(*price(std::span(&work, 1), find_price_table("horowitz45_fp32_memory")).total_joules,
                   *price(std::span(&work, 1), find_price_table("horowitz45_fp32_sram")).total_joules);
}

}  // namespace
}  // namespace synop
