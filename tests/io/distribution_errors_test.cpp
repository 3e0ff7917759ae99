// lognormal, exponential and uniform_int in experiment files.
#include <cmath>

#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {
namespace {

using namespace test;

const std::string projection =
    simulation + exc_population + "[[projection]]\nsource = \"exc\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";

Distribution weight_of(const std::string& value) {
  return parse_experiment(projection + "weight = " + value + "\n", "x.toml", fake_catalogue()).projections[0].weight;
}

TEST(DistributionValues, LognormalIsGivenByItsLogarithmOrByItsValues) {
  const Distribution of_logarithm = weight_of("{ lognormal = { mu = -1.5, sigma = 0.4 } }");
  EXPECT_EQ(of_logarithm.kind, Distribution::lognormal);
  EXPECT_EQ(of_logarithm.a, -1.5);
  EXPECT_EQ(of_logarithm.b, 0.4);
  const Distribution of_values = weight_of("{ lognormal = { value_mean = \"500 uV\", value_sd = \"0.3 mV\" } }");
  EXPECT_NEAR(std::exp(of_values.a + 0.5 * of_values.b * of_values.b), 0.5, 1e-12);
  EXPECT_NEAR(0.5 * std::sqrt(std::expm1(of_values.b * of_values.b)), 0.3, 1e-12);
  EXPECT_FALSE(of_values.mirrored);
  EXPECT_TRUE(weight_of("{ lognormal = { value_mean = -0.5, value_sd = 0.3 } }").mirrored);
}

TEST(DistributionValues, ExponentialAndUniformIntAreRead) {
  const Distribution exponential = weight_of("{ exponential = \"-2 mV\", low = -10, outside = \"redraw\" }");
  EXPECT_EQ(exponential.kind, Distribution::exponential);
  EXPECT_EQ(exponential.a, 2.0);
  EXPECT_TRUE(exponential.mirrored);
  EXPECT_EQ(exponential.low, -10.0);
  const Distribution whole = weight_of("{ uniform_int = [1, 20] }");
  EXPECT_EQ(whole.kind, Distribution::uniform_int);
  EXPECT_EQ(whole.b, 20.0);
}

TEST(DistributionErrors, NameKeyAndPosition) {
  const BadFile files[] = {
      {"weight = { lognormal = @@{ mu = 0 } }\n", "projection[0].weight.lognormal.sigma", "missing"},
      {"weight = { lognormal = { mu = 0, sigma = @@-1 } }\n", "projection[0].weight.lognormal.sigma", "out of range"},
      {"weight = { lognormal = { mu = @@\"1 mV\", sigma = 1 } }\n", "projection[0].weight.lognormal.mu",
       "a pure number"},
      {"weight = { lognormal = { value_mean = @@0, value_sd = 1 } }\n", "projection[0].weight.lognormal.value_mean",
       "above 0"},
      {"weight = { lognormal = { @@mean = 0, mu = 1, sigma = 1 } }\n", "projection[0].weight.lognormal.mean",
       "there is no key"},
      {"weight = @@{ lognormal = { mu = 0, sigma = 100 } }\n", "projection[0].weight", "40 sd"},
      {"weight = { exponential = @@0 }\n", "projection[0].weight.exponential", "above 0"},
      {"weight = { exponential = @@\"1 ms\" }\n", "projection[0].weight.exponential", "a voltage"},
      {"weight = @@{ exponential = 1, low = 0.5 }\n", "projection[0].weight.outside", "missing"},
      {"weight = { normal = [1, 2], outside = @@\"clip\" }\n", "projection[0].weight.outside", "no effect without bounds"},
      {"weight = { exponential = 1, outside = @@\"redraw\" }\n", "projection[0].weight.outside", "with low, high or both"},
      {"weight = @@{ uniform_int = [0.5, 2] }\n", "projection[0].weight", "not a whole number"},
      {"delay = @@{ exponential = -1 }\n", "projection[0].delay", "values below 0"},
  };
  for (const BadFile& file : files) expect_refused(file, projection, "");
}

}  // namespace
}  // namespace synop
