#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

const std::string linear_task = std::string(small_task) + R"(
[task.readout_rule]
type = "linear"
)";

const nlohmann::json& of_name(const nlohmann::json& list, const std::string& name) {
  for (const nlohmann::json& item : list)
    if (item.at("name") == name) return item;
  ADD_FAILURE() << name << " is not in " << list;
  static const nlohmann::json none;
  return none;
}

TEST(TaskLinearReadout, IsCountedAsALayerOfTheTest) {
  const ExperimentFolder folder(linear_task);
  const CliCall run = folder.run({"--threads", "1"});
  ASSERT_EQ(run.code, 0) << run.err;
  const nlohmann::json result = folder.result();
  for (const nlohmann::json& phase : result.at("phases")) {
    const nlohmann::json& ledger = phase.at("ledger");
    if (phase.at("role") != "test") {
      EXPECT_EQ(ledger.at("projections").size(), 2u) << phase.at("name");
      continue;
    }
    const nlohmann::json& readout = of_name(ledger.at("projections"), "(linear readout)");
    const auto spikes = phase.at("spikes").get<std::uint64_t>();
    EXPECT_GT(spikes, 0u);
    EXPECT_EQ(readout.at("deliveries"), 10 * spikes);
    EXPECT_EQ(readout.at("synapses"), 200);
    const std::uint64_t others = of_name(ledger.at("projections"), "pixels_exc").at("deliveries").get<std::uint64_t>() +
                                 of_name(ledger.at("projections"), "inhibition").at("deliveries").get<std::uint64_t>();
    const std::uint64_t drive = of_name(ledger.at("populations"), "exc").at("drive_deliveries").get<std::uint64_t>();
    EXPECT_EQ(phase.at("operations").at("synaptic_add"), others + drive + 10 * spikes);
    EXPECT_GT(phase.at("accuracy").get<double>(), 0.15);
  }
  EXPECT_EQ(call({"energy", folder.path("results")}).code, 0);
}

TEST(TaskLinearReadout, NeedsALabelPhaseEvenAfterAnEarlierRun) {
  const ExperimentFolder first(linear_task);
  ASSERT_EQ(first.run({"--threads", "1"}).code, 0);
  std::string text = linear_task;
  const std::string label = "role = \"label\"";
  text.replace(text.find(label), label.size(), "role = \"test\"");
  const std::string readout = "readout = \"exc\"\n";
  text.replace(text.find(readout), readout.size(), readout + "learned = \"" + first.path("results/weights.h5") + "\"\n");
  const ExperimentFolder second(text);
  const CliCall run = second.run();
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("a test needs a phase with role = \"label\" before it"));
}

}  // namespace
}  // namespace synop
