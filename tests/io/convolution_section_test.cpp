// Convolutions in experiment files.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

std::string experiment(const std::string& projection, int features = 36) {
  return "seed = 4\n[simulation]\nduration = 1\n"
         "[[population]]\nname = \"image\"\nmodel = \"poisson_population\"\nsize = 24\nparams = { rate = 10 }\n"
         "[[population]]\nname = \"features\"\nmodel = \"iaf_psc_delta\"\nsize = " +
         std::to_string(features) + "\n[[projection]]\nsource = \"image\"\ntarget = \"features\"\n" + projection;
}

Simulation::SynapseView synapses_of(const std::string& projection, int features = 36) {
  const Network network =
      compose(parse_experiment(experiment(projection, features), "a.toml", model_catalogue())).build();
  return Simulation(network).synapses({0});
}

constexpr const char* three_by_three =
    "rule = \"convolution\"\nconvolution = { input = [2, 3, 4], channels = 3, kernel = [3, 3], padding = 1 }\n";

TEST(ConvolutionSection, GivesListedWeightsToTheElementsOfTheKernel) {
  std::string list;
  for (int i = 0; i < 54; ++i) list += std::to_string(i + 1) + ",";
  const auto view = synapses_of(three_by_three + ("weight = { list = [" + list + "] }\n"));
  EXPECT_EQ(view.weights.size(), 2u * 3u * (3 * 3 - 2) * (3 * 4 - 2)) << "all but what meets the padding";
  for (std::size_t i = 0; i < view.weights.size(); ++i) {
    const int source = static_cast<int>(view.sources[i]), target = static_cast<int>(view.targets[i]);
    const int row = source % 12 / 4 - target % 12 / 4 + 1, column = source % 4 - target % 4 + 1;
    EXPECT_EQ(view.weights[i], target / 12 * 18 + source / 12 * 9 + row * 3 + column + 1);
  }
}

TEST(ConvolutionSection, DrawsEachElementOnce) {
  const auto view = synapses_of(three_by_three + std::string("weight = { uniform = [-1, 1] }\n"));
  std::map<double, int> uses;
  for (const double weight : view.weights) ++uses[weight];
  EXPECT_EQ(uses.size(), 54u);
}

TEST(ConvolutionSection, PoolsChannelByChannel) {
  const auto view = synapses_of(
      "rule = \"convolution\"\nweight = 0.5\nconvolution = { input = [6, 2, 2], pooling = true, kernel = [1, 2], "
      "padding = [1, 0], "
      "stride = [1, 2], dilation = 1 }\n",
      24);
  EXPECT_EQ(view.weights.size(), 24u) << "every input belongs to one window";
  for (std::size_t i = 0; i < view.weights.size(); ++i) {
    EXPECT_EQ(view.weights[i], 0.5);
    EXPECT_EQ(view.targets[i], view.sources[i] / 4 * 4 + view.sources[i] % 4 / 2 + 1) << "below a row of padding";
  }
}

TEST(ConvolutionSection, ErrorsNameKeyValueAndWhatIsAllowed) {
  struct Bad {
    std::string keys, key, says;
  };
  const std::string rule = "rule = \"convolution\"\n";
  const Bad cases[] = {
      {rule, "projection[0].convolution", "missing"},
      {rule + "convolution = 3\n", "projection[0].convolution", "a table with input, channels and kernel"},
      {rule + "convolution = { channels = 3, kernel = 3 }\n", "projection[0].convolution.input", "missing"},
      {rule + "convolution = { input = [2, 3], channels = 3, kernel = 3 }\n", "projection[0].convolution.input",
       "the input's [channels, rows, columns]"},
      {rule + "convolution = { input = [2, 3, 4], channels = 3, kernel = 3 }\n", "projection[0].convolution",
       "from 2 x 3 x 4 = 24 inputs to 3 x 1 x 2 = 6 outputs cannot connect 24 sources and 36 targets"},
      {rule + "convolution = { input = [2, 3, 4], channels = 3, kernel = 9 }\n", "projection[0].convolution",
       "extent of the kernel over the rows = 9; allowed: up to the 3 of the padded input"},
      {rule + "convolution = { input = [2, 3, 4], channels = 3, kernel = 3, strides = 2 }\n",
       "projection[0].convolution.strides", "did you mean 'stride'"},
      {rule + "convolution = { input = [2, 3, 4], channels = 3, kernel = [3, 0] }\n",
       "projection[0].convolution.kernel[1]", "0"},
      {three_by_three + std::string("weight = { list = [1, 2] }\n"), "projection[0].weight",
       "one for each of the 54 elements of the kernel"},
      {three_by_three + std::string("storage = \"stored\"\n"), "projection[0].storage", "kept once"},
      {three_by_three + std::string("delay = { uniform = [1, 2] }\n"), "projection[0].delay",
       "one delay for all"},
      {three_by_three + std::string("synapse = \"stdp_synapse\"\n"), "projection[0].synapse", "static_synapse"},
      {"rule = \"all_to_all\"\nconvolution = {}\n", "projection[0].convolution", "with rule convolution"},
  };
  for (const Bad& bad : cases) {
    try {
      parse_experiment(experiment(bad.keys), "a.toml", model_catalogue());
      ADD_FAILURE() << "accepted: " << bad.keys;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("key '" + bad.key + "': ")) << bad.keys;
      EXPECT_THAT(error.what(), testing::HasSubstr(bad.says)) << bad.keys;
    }
  }
}

}  // namespace
}  // namespace synop
