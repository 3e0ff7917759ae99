#include "synop/core/schedule.hpp"

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

struct Edge {
  std::uint32_t from;
  std::uint32_t to;
  double delay;  // ms
};

Network network_of(std::uint32_t populations, const std::vector<Edge>& edges, double tau_m = 10.0) {
  NetworkBuilder builder;
  IafPscDelta model;
  model.tau_m = tau_m;
  for (std::uint32_t p = 0; p < populations; ++p)
    builder.add_population(std::string(1, static_cast<char>('a' + p)), 2, model);
  for (std::size_t k = 0; k < edges.size(); ++k)
    builder.connect(PopulationId{edges[k].from}, PopulationId{edges[k].to}, AllToAll(),
                    {.weight = constant(1.0), .delay = constant(edges[k].delay)}, "edge" + std::to_string(k));
  return builder.build();
}

std::vector<std::size_t> levels_of(const Schedule& schedule, std::size_t populations) {
  std::vector<std::size_t> level(populations, 99);
  for (std::size_t l = 0; l < schedule.populations.size(); ++l)
    for (const PopulationId p : schedule.populations[l]) level[p.index] = l;
  return level;
}

TEST(Schedule, BoundsTheWindowByLoopsOnly) {
  // a -> b -> c, with a loop of b: the delays of the chain do not count.
  const Network network = network_of(3, {{0, 1, 0.1}, {1, 2, 0.2}, {1, 1, 1.5}});
  const Schedule schedule = make_schedule(network);
  EXPECT_EQ(schedule.window, Delay::from_ms(1.5));
  EXPECT_EQ(levels_of(schedule, 3), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Schedule, PutsZeroDelaysInsideALoopOnDifferentLevels) {
  // b -> a without delay, a -> b with 2 ms: a follows b, and only the way back bounds the window.
  const Schedule schedule = make_schedule(network_of(2, {{1, 0, 0.0}, {0, 1, 2.0}}));
  EXPECT_EQ(schedule.window, Delay::from_ms(2.0));
  EXPECT_EQ(levels_of(schedule, 2), (std::vector<std::size_t>{1, 0}));
}

TEST(Schedule, UsesTheLongestPath) {
  const Schedule schedule = make_schedule(network_of(4, {{0, 3, 1.0}, {0, 1, 1.0}, {1, 2, 0.0}, {2, 3, 1.0}}));
  EXPECT_EQ(levels_of(schedule, 4), (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(Schedule, NamesACycleOfZeroDelays) {
  try {
    network_of(4, {{0, 1, 0.0}, {1, 2, 0.0}, {2, 1, 0.0}, {2, 3, 0.0}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_NE(std::string(error.what()).find("b -> c -> b"), std::string::npos) << error.what();
  }
  EXPECT_THROW(network_of(1, {{0, 0, 0.0}}), Error);
}

TEST(Schedule, KeepsScaledStatesInRange) {
  EXPECT_LE(make_schedule(network_of(1, {}, 0.001)).window, Delay::from_ms(0.3));
}

}  // namespace
}  // namespace synop
