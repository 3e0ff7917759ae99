#include "synop/core/performance_notes.hpp"

#include <gtest/gtest.h>

#include "synop/core/machine.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

std::vector<std::string> notes_of(const Distribution& delay, std::optional<Delay> resolution, int threads = 1) {
  NetworkBuilder builder;
  const PopulationId cells = builder.add_population("cells", 400, IafPscDelta{});
  builder.connect(cells, cells, AllToAll(), {.weight = constant(0.1), .delay = delay}, "loop");
  const Network network = builder.build({.threads = 1, .delay_resolution = resolution});
  return performance_notes(network, make_schedule(network), threads);
}

TEST(PerformanceNotes, AreSilentWhereNothingIsSlow) {
  EXPECT_TRUE(notes_of(constant(1.5), std::nullopt).empty());
  EXPECT_TRUE(notes_of(uniform(0.5, 2.5), Delay::from_ms(0.1)).empty());
}

TEST(PerformanceNotes, NameTheProjectionThatMakesWindowsShort) {
  const auto notes = notes_of(constant(0.001), std::nullopt);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("windows of 0.001 ms, 1000000 of them"), std::string::npos) << notes[0];
  EXPECT_NE(notes[0].find("'loop'"), std::string::npos) << notes[0];
}

TEST(PerformanceNotes, NameTheProjectionWhoseDelaysDiffer) {
  const auto notes = notes_of(uniform(0.5, 2.5), std::nullopt);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("'loop': on average 1.00 synapses"), std::string::npos) << notes[0];
  EXPECT_NE(notes[0].find("delay_resolution"), std::string::npos) << notes[0];
}

TEST(PerformanceNotes, CountThreadsAndCores) {
  const auto notes = notes_of(constant(1.5), std::nullopt, processors() + 3);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find(std::to_string(processors() + 3) + " threads share"), std::string::npos) << notes[0];
}

}  // namespace
}  // namespace synop
