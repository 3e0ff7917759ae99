#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "package/iaf_perfect.hpp"
#include "package/window_rule.hpp"
#include "support/places.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(test::source_dir() + "/" + path).rdbuf();
  return text.str();
}

std::unique_ptr<SpikeGenerator> spikes_at(const std::vector<Time>& times) {
  return std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>(1, times));
}

std::vector<Spike> spikes_of(NetworkBuilder& builder, PopulationId population, double ms) {
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  simulation.run(Delay::from_ms(ms));
  return recorder.spikes();
}

TEST(OwnModel, FiresAtTheIntervalsOfItsClosedForm) {
  NetworkBuilder builder;
  const PopulationId own =
      builder.add_population("own", 1, IafPerfect{.C_m = 250.0, .V_th = 15.0, .t_ref = 2.0, .I_e = 300.0});
  const std::vector<Spike> spikes = spikes_of(builder, own, 1000.0);
  constexpr double interval = 15.0 * 250.0 / 300.0;  // ms
  ASSERT_EQ(spikes.size(), 69u);                     // 12.5 ms, then every 14.5 ms
  for (std::size_t i = 0; i < spikes.size(); ++i)
    EXPECT_NEAR(spikes[i].time.ms(), interval + static_cast<double>(i) * (interval + 2.0),
                1e-9 * static_cast<double>(i + 1));
}

TEST(OwnModel, AddsUpItsInputsWithoutLoss) {
  NetworkBuilder builder;
  std::vector<Time> times;
  for (int i = 0; i < 50; ++i) times.push_back(Time::from_ms(1000.0 * i));
  const PopulationId input = builder.add_population("input", 1, spikes_at(times));
  const PopulationId own = builder.add_population("own", 1, IafPerfect{.V_th = 15.0, .t_ref = 0.0});
  builder.connect(input, own, AllToAll(), Synapse{.weight = constant(1.5), .delay = constant(1.0)});
  const std::vector<Spike> spikes = spikes_of(builder, own, 60'000.0);
  ASSERT_EQ(spikes.size(), 5u);  // every tenth input
  for (std::size_t i = 0; i < spikes.size(); ++i)
    EXPECT_EQ(spikes[i].time, Time::from_ms(9001.0 + 10'000.0 * static_cast<double>(i)));
}

TEST(OwnModel, IsPutOffByInhibitionThatComesBeforeItsCrossing) {
  NetworkBuilder builder;
  const PopulationId input = builder.add_population("input", 1, spikes_at({Time::from_ms(5.0)}));
  const PopulationId own =
      builder.add_population("own", 1, IafPerfect{.C_m = 250.0, .V_th = 15.0, .t_ref = 2.0, .I_e = 250.0});
  builder.connect(input, own, AllToAll(), Synapse{.weight = constant(-3.0), .delay = constant(1.0)});
  const std::vector<Spike> spikes = spikes_of(builder, own, 30.0);
  ASSERT_EQ(spikes.size(), 1u);
  EXPECT_NEAR(spikes[0].time.ms(), 18.0, 1e-9);
}

TEST(OwnModel, IsTheOneThatTheDocumentationShows) {
  const std::string source = text_of("tests/package/iaf_perfect.hpp");
  ASSERT_FALSE(source.empty());
  EXPECT_NE(text_of("docs/adding_a_model.md").find(source), std::string::npos)
      << "docs/adding_a_model.md and tests/package/iaf_perfect.hpp differ";
}

TEST(OwnRule, StrengthensWhatFiredWithinItsWindowAndWeakensTheRest) {
  NetworkBuilder builder;
  const auto at = [](double ms) { return std::vector<Time>{Time::from_ms(ms)}; };
  const std::vector<std::vector<Time>> times{at(95.0), at(70.0), {}};  // within the window, before it, never
  const PopulationId input = builder.add_population("input", 3, std::make_unique<SpikeGenerator>(times));
  const PopulationId teacher = builder.add_population("teacher", 1, spikes_at(at(100.0)));
  const PopulationId own = builder.add_population("own", 1, IafPerfect{});
  builder.connect(teacher, own, AllToAll(), Synapse{.weight = constant(100.0), .delay = constant(0.0)});
  const ProjectionId learnt = builder.connect(
      input, own, AllToAll(), Synapse{.weight = constant(0.5), .delay = constant(1.0), .plasticity = plastic(WindowRule{})});
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run(Delay::from_ms(200.0));
  const std::vector<double> weights = simulation.synapses(learnt).weights;
  const double step = std::exp(-1.5);
  EXPECT_NEAR(weights[0], 0.5 + 0.01 * step, 1e-6);
  EXPECT_NEAR(weights[1], 0.5 - 0.005 * step, 1e-6);
  EXPECT_NEAR(weights[2], 0.5 - 0.005 * step, 1e-6);
}

TEST(OwnRule, IsTheOneThatTheDocumentationShows) {
  const std::string source = text_of("tests/package/window_rule.hpp");
  ASSERT_FALSE(source.empty());
  EXPECT_NE(text_of("docs/adding_a_model.md").find(source), std::string::npos)
      << "docs/adding_a_model.md and tests/package/window_rule.hpp differ";
}

}  // namespace
}  // namespace synop
