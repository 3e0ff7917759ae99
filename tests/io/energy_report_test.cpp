#include "synop/io/energy/energy_report.hpp"

#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "synop/io/energy/price_catalogue.hpp"

namespace synop {
namespace {

// 500 synapses; per inference, of which there were 2: 1,000 additions and weights read, 10.5 updates, 3 spikes.
Comparison example(std::string_view table) {
  SpikingRun run{.counts = {}, .inferences = 2, .synapses = 500, .accuracy = 0.95};
  run.counts[Operation::synaptic_add] = 2000;
  run.counts[Operation::weight_read] = 2000;
  run.counts[Operation::neuron_update] = 21;
  run.counts[Operation::spike_emitted] = 6;
  AnnBaseline ann{.name = "mlp", .counts = {}, .accuracy = 0.951};
  ann.counts[Operation::mac] = 500;
  ann.counts[Operation::weight_read] = 500;
  return compare(run, ann, find_price_table(table));
}

std::string printed(const Comparison& comparison) {
  std::ostringstream out;
  print_comparison(out, comparison);
  return out.str();
}

TEST(EnergyReport, AlignsCountsAndEnergiesPerInference) {
  const std::string text = printed(example("horowitz45_fp32_compute"));
  EXPECT_NE(text.find("  per inference  spiking  modelled  mlp  modelled\n"
                      "  synaptic_add      1000    900 pJ    -         -\n"
                      "  mac                  -         -  500    2.3 nJ\n"
                      "  total                     900 pJ         2.3 nJ\n"),
            std::string::npos)
      << text;
}

TEST(EnergyReport, ListsWhatIsNotCoveredAndTheBreakEven) {
  const std::string text = printed(example("horowitz45_fp32_compute"));
  EXPECT_NE(text.find("not covered for spiking: 10.5 neuron_update"), std::string::npos) << text;
  EXPECT_NE(text.find("not covered for spiking: 3 spike_emitted"), std::string::npos) << text;
  EXPECT_NE(text.find("not covered for mlp: 500 weight_read"), std::string::npos) << text;
  EXPECT_NE(text.find("S = 2, break-even S* = 5.111"), std::string::npos) << text;
  EXPECT_NE(text.find("spiking wins"), std::string::npos) << text;
}

TEST(EnergyReport, SaysWhyThereIsNoTotal) {
  const std::string text = printed(example("loihi_2018"));
  EXPECT_NE(text.find("refused"), std::string::npos) << text;
  EXPECT_NE(text.find("no total for mlp: price table loihi_2018 has no price for mac, weight_read"), std::string::npos)
      << text;
  EXPECT_NE(text.find("in synaptic_add"), std::string::npos) << text;
}

TEST(EnergyReport, GivesTheSameNumbersAsJson) {
  const auto json = nlohmann::json::parse(comparison_json(example("horowitz45_fp32_compute")));
  EXPECT_NEAR(json["spiking"]["modelled_joules_per_inference"].get<double>(), 900e-12, 1e-18);
  EXPECT_NEAR(json["ratio"].get<double>(), 0.9 * 1000 / (4.6 * 500), 1e-12);
  EXPECT_EQ(json["spiking"]["not_covered_count_per_inference"]["neuron_update"], 10.5);
  EXPECT_EQ(json["ann"]["name"], "mlp");
  EXPECT_EQ(json["verdict"], "spiking wins");
  const auto refused = nlohmann::json::parse(comparison_json(example("loihi_2018")));
  EXPECT_TRUE(refused["ratio"].is_null());
  EXPECT_TRUE(refused["ann"]["modelled_joules_per_inference"].is_null());
  EXPECT_EQ(refused["ann"]["refusal"], "price table loihi_2018 has no price for mac, weight_read");
}

}  // namespace
}  // namespace synop
