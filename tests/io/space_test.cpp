// Positions and functions of distance in experiment files.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "support/bad_experiment.hpp"
#include "support/connections.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using namespace test;

Network network_of(const std::string& text, const std::string& file = "x.toml") {
  return compose(parse_experiment("[simulation]\nduration = 1\n" + text, file, model_catalogue())).build();
}

std::string layer(const std::string& name, int size, const std::string& positions) {
  return "[[population]]\nname = \"" + name + "\"\nmodel = \"iaf_psc_delta\"\nsize = " + std::to_string(size) +
         "\npositions = " + positions + "\n";
}

TEST(Space, PositionsAreWhatTheExperimentSays) {
  const TemporaryFolder folder;
  std::ofstream(folder / "places.csv") << "x,y\n1,2\n3,4\n";
  const Network network =
      network_of(layer("grid", 6, "{ grid = [2, 3], extent = [4, 3], center = [10, 0] }") +
                     layer("drawn", 50, "{ random = \"uniform\", extent = [2, 4, 1], edge_wrap = true }") +
                     layer("given", 2, "{ list = [[0.5], [-1]] }") +
                     layer("read", 2, "{ file = \"places.csv\", edge_wrap = true, extent = [10, 10] }"),
                 (folder / "x.toml").string());
  const auto positions = [&](const char* name) -> const Positions& {
    return *network.population(network.find_population(name)).positions;
  };
  EXPECT_EQ(positions("grid").points[0], (Point{9, 1, 0}));
  EXPECT_EQ(positions("drawn").dimensions, 3);
  EXPECT_TRUE(positions("drawn").edge_wrap);
  EXPECT_EQ(positions("given").points, (std::vector<Point>{{0.5, 0, 0}, {-1, 0, 0}}));
  EXPECT_EQ(positions("read").points[1], (Point{3, 4, 0}));
}

TEST(Space, SynapsesFollowTheDistance) {
  const Network network = network_of(layer("ring", 8, "{ grid = [8], extent = [8], edge_wrap = true }") + R"(
[[projection]]
source = "ring"
target = "ring"
rule = "pairwise_bernoulli"
p = 1.0
mask = { circular = { radius = 2.1 } }
allow_autapses = false
weight_precision = "double"
weight = { distance = { exponential = { a = "2 mV", beta = 1.5 } } }
delay = { distance = { linear = { c = "1 ms", a = "0.2 ms" } } }
)");
  const Synapses synapses = synapses_of(network);
  EXPECT_EQ(synapses.size(), 32u);
  for (const auto& [source, target, weight, delay] : synapses) {
    const int apart = static_cast<int>((source + 8 - target) % 8);
    const int distance = std::min(apart, 8 - apart);
    EXPECT_NEAR(weight, 2.0 * std::exp(-distance / 1.5), 1e-12);
    EXPECT_EQ(delay, Delay::from_ms(1.0 + 0.2 * distance).ticks);
  }
}

TEST(Space, DegreesAndKernelsAreRead) {
  const Network network = network_of(layer("a", 900, "{ grid = [30, 30], edge_wrap = true }") + R"(
[[projection]]
source = "a"
target = "a"
rule = "fixed_outdegree"
outdegree = 12
p = { gaussian = { std = 0.1, cutoff = 0.01 } }
mask = { doughnut = { inner_radius = 0.05, outer_radius = 0.3 }, anchor = [0.1, 0] }
allow_multapses = false
[[projection]]
source = "a"
target = "a"
rule = "fixed_indegree"
indegree = 7
mask = { rectangular = { lower_left = [-0.2, -0.2], upper_right = [0.2, 0.2] } }
)");
  EXPECT_EQ(network.projections()[0].synapses, 900u * 12u);
  EXPECT_EQ(network.projections()[1].synapses, 900u * 7u);
}

TEST(SpaceErrors, NameKeyAndPosition) {
  const std::string population = "[[population]]\nname = \"p\"\nmodel = \"iaf_psc_delta\"\nsize = 6\npositions = ";
  const BadFile places[] = {
      {"@@{}\n", "population[0].positions", "exactly one of the keys grid, random, list and file"},
      {"{ grid = @@[2, 2] }\n", "population[0].positions.grid", "4 places for 6 neurons"},
      {"{ grid = @@[6, 1, 1, 1] }\n", "population[0].positions.grid", "one, two or three dimensions"},
      {"{ grid = [2, 3], extent = @@[1] }\n", "population[0].positions.extent", "allowed: 2, one for each dimension"},
      {"{ grid = [2, 3], extent = [1, @@0] }\n", "population[0].positions.extent[1]", "(0, inf)"},
      {"@@{ random = \"uniform\" }\n", "population[0].positions.extent", "missing"},
      {"{ random = @@\"normal\", extent = [1] }\n", "population[0].positions.random", "allowed: uniform"},
      {"{ list = @@[[1], [2]] }\n", "population[0].positions.list", "one for each of the 6 neurons"},
      {"{ list = [[1], [2], [3], @@[4, 5], [5], [6]] }\n", "population[0].positions.list[3]", "2 coordinates"},
      {"{ list = [[1], [2], [3], [4], [5], [6]], extent = @@[10] }\n", "population[0].positions.extent",
       "edge_wrap = true"},
      {"{ grid = [2, 3], @@extents = [1, 1] }\n", "population[0].positions.extents", "did you mean 'extent'?"},
  };
  for (const BadFile& file : places) expect_refused(file, simulation + population, "");
  const std::string ends = "[[projection]]\nsource = \"p\"\ntarget = \"p\"\n";
  const std::string p = population + "{ grid = [2, 3] }\n" + ends;
  const BadFile rules[] = {
      {"rule = \"pairwise_bernoulli\"\np = @@{}\n", "projection[0].p", "exactly one function of distance"},
      {"rule = \"pairwise_bernoulli\"\np = { gaussian = @@{} }\n", "projection[0].p.gaussian.std", "missing"},
      {"rule = \"pairwise_bernoulli\"\np = { gaussian = { std = 1, p_center = @@1.5 } }\n",
       "projection[0].p.gaussian.p_center", "[0, 1]"},
      {"rule = \"pairwise_bernoulli\"\np = { gaussian = { std = @@0 } }\n", "projection[0].p.gaussian.std", "(0, inf)"},
      {"rule = \"pairwise_bernoulli\"\np = { @@gausian = { std = 1 } }\n", "projection[0].p.gausian",
       "did you mean 'gaussian'?"},
      {"rule = \"fixed_indegree\"\nindegree = 2\np = @@0.5\n", "projection[0].p", "allowed: a function of distance"},
      {"rule = \"all_to_all\"\nmask = @@{ circular = { radius = 1 } }\n", "projection[0].mask",
       "with rule pairwise_bernoulli"},
      {"rule = \"pairwise_bernoulli\"\np = 1\nmask = @@{}\n", "projection[0].mask", "exactly one of the keys circular"},
      {"rule = \"pairwise_bernoulli\"\np = 1\nmask = { circular = { radius = @@-1 } }\n",
       "projection[0].mask.circular.radius", "(0, inf)"},
      {"rule = \"all_to_all\"\nweight = { distance = { linear = { a = @@\"1 ms\" } } }\n",
       "projection[0].weight.distance.linear.a", "a voltage"},
      {"rule = \"pairwise_bernoulli\"\nstorage = @@\"procedural\"\np = { exponential = { beta = 1 } }\n",
       "projection[0].storage", "cannot say which targets"},
  };
  for (const BadFile& file : rules) expect_refused(file, simulation + p, "");
}

TEST(SpaceErrors, OfWhatIsComposedNameTheProjection) {
  const std::string plain = "[[population]]\nname = \"b\"\nmodel = \"iaf_psc_delta\"\nsize = 6\n";
  const std::string text =
      layer("a", 6, "{ grid = [2, 3] }") + plain + "[[projection]]\nsource = \"b\"\ntarget = \"a\"\n";
  const auto message = [&](const std::string& rest) { return message_of([&] { network_of(text + rest); }); };
  EXPECT_NE(message("rule = \"pairwise_bernoulli\"\np = { exponential = { beta = 1 } }\n").find("x.toml:"),
            std::string::npos);
  EXPECT_NE(message("rule = \"pairwise_bernoulli\"\np = { exponential = { beta = 1 } }\n")
                .find("the source population does not have"),
            std::string::npos);
  EXPECT_NE(
      message("rule = \"all_to_all\"\ndelay = { distance = { linear = { c = 1 } } }\n").find("needs positions of both"),
      std::string::npos);
}

}  // namespace
}  // namespace synop
