// Kernels of convolutions that an earlier run has learned.
#include "synop/io/experiment/learned_kernel.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/hdf5/weight_file.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

// Two channels of 2 x 3 inputs onto four features: the weight of element [out][in][row][column] is its number.
ConvolutionShape shape() {
  ConvolutionShape shape;
  shape.in_channels = 2;
  shape.out_channels = 4;
  shape.rows = {.size = 5, .kernel = 2};
  shape.columns = {.size = 6, .kernel = 3};
  return shape;
}

struct Learned {
  std::vector<std::uint64_t> sources, targets;
  std::vector<double> weights;
};

Learned dense(std::uint64_t patch, std::uint64_t features) {
  Learned learned;
  std::vector<std::uint64_t> order(patch * features);
  std::iota(order.begin(), order.end(), 0u);
  std::shuffle(order.begin(), order.end(), std::mt19937(3));  // NOLINT: the same every time
  for (const std::uint64_t k : order) {
    learned.sources.push_back(k % patch);
    learned.targets.push_back(k / patch);
    learned.weights.push_back(static_cast<double>(k));
  }
  return learned;
}

std::filesystem::path write(const TemporaryFolder& folder, const Learned& learned) {
  WeightFileWriter file(folder / "weights.h5", {});
  file.add({"patch_features", "patch", "features"}, learned.sources, learned.targets, learned.weights);
  file.finish();
  return folder / "weights.h5";
}

TEST(LearnedKernel, HasItsElementsInOrderWhateverThatOfTheFile) {
  const TemporaryFolder folder;
  const std::vector<double> kernel = read_learned_kernel(write(folder, dense(12, 4)), "patch_features", shape());
  ASSERT_EQ(kernel.size(), 48u);
  for (std::size_t k = 0; k < kernel.size(); ++k) EXPECT_EQ(kernel[k], static_cast<double>(k));
}

std::string experiment(const std::string& weight) {
  return "[simulation]\nduration = 1\n"
         "[[population]]\nname = \"image\"\nmodel = \"poisson_population\"\nsize = 60\nparams = { rate = 10 }\n"
         "[[population]]\nname = \"maps\"\nmodel = \"iaf_psc_delta\"\nsize = 64\n"
         "[[projection]]\nsource = \"image\"\ntarget = \"maps\"\nrule = \"convolution\"\n"
         "convolution = { input = [2, 5, 6], channels = 4, kernel = [2, 3] }\nweight = " +
         weight + "\n";
}

TEST(LearnedKernel, IsThatOfTheSameListedWeights) {
  const TemporaryFolder folder;
  write(folder, dense(12, 4));
  const auto synapses_of = [&](const std::string& weight) {
    std::ofstream(folder / "a.toml") << experiment(weight);
    return Simulation(compose(read_experiment(folder / "a.toml", {}, model_catalogue())).build()).synapses({0});
  };
  std::string list;
  for (int k = 0; k < 48; ++k) list += std::to_string(k) + ", ";
  const auto learned = synapses_of("{ learned = \"weights.h5\", projection = \"patch_features\" }");
  const auto listed = synapses_of("{ list = [" + list + "] }");
  EXPECT_EQ(learned.sources, listed.sources);
  EXPECT_EQ(learned.targets, listed.targets);
  EXPECT_EQ(learned.weights, listed.weights);
}

TEST(LearnedKernel, ErrorsNameFileProjectionAndNumbers) {
  struct Bad {
    Learned learned;
    std::string projection, says;
  };
  Learned twice = dense(12, 4);
  twice.sources[0] = twice.sources[1], twice.targets[0] = twice.targets[1];
  Learned beyond = dense(12, 4);
  beyond.targets[5] = 4;
  Learned infinite = dense(12, 4);
  infinite.weights[7] = std::numeric_limits<double>::infinity();
  const Bad cases[] = {
      {dense(12, 4), "patch_feature", "holds no projection 'patch_feature' (did you mean 'patch_features'?)"},
      {dense(12, 3), "patch_features", "36 weights; a kernel of 4 channels by 2 x 2 x 3 needs 48 of each"},
      {twice, "patch_features", "row 1 is a second synapse"},
      {beyond, "patch_features", "row 5 is a synapse from"},
      {infinite, "patch_features", "holds inf at row 7; it must be finite"},
  };
  for (const Bad& bad : cases) {
    const TemporaryFolder folder;
    try {
      read_learned_kernel(write(folder, bad.learned), bad.projection, shape());
      ADD_FAILURE() << "accepted: " << bad.says;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::input);
      EXPECT_THAT(error.what(), HasSubstr(bad.says));
      EXPECT_THAT(error.what(), HasSubstr("weights.h5"));
    }
  }
}

TEST(LearnedKernel, IsMissedByFileAndKey) {
  const std::string text = experiment("{ learned = \"nowhere.h5\", projection = \"p\" }");
  try {
    compose(parse_experiment(text, "folder/a.toml", model_catalogue()));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::file);
    EXPECT_THAT(error.what(), HasSubstr("key 'projection[0].weight'"));
    EXPECT_THAT(error.what(), HasSubstr("cannot open 'folder/nowhere.h5': No such file"));
  }
}

TEST(LearnedKernel, ErrorsOfTheExperimentNameItsKey) {
  struct Bad {
    std::string from, to, key, says;
  };
  const std::string weight = "{ learned = \"weights.h5\", projection = \"patch_features\" }";
  const Bad cases[] = {
      {weight, "{ learned = \"weights.h5\" }", "projection[0].weight.projection", "missing"},
      {weight, "{ learned = \"weights.h5\", projection = \"p\", scale = 2 }", "projection[0].weight.scale", "projection"},
      {"rule = \"convolution\"\nconvolution = { input = [2, 5, 6], channels = 4, kernel = [2, 3] }", "rule = \"all_to_all\"",
       "projection[0].weight", "allowed: with rule convolution"},
  };
  for (const Bad& bad : cases) {
    std::string text = experiment(weight);
    text.replace(text.find(bad.from), bad.from.size(), bad.to);
    try {
      parse_experiment(text, "a.toml", model_catalogue());
      ADD_FAILURE() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("key '" + bad.key + "': "));
      EXPECT_THAT(error.what(), HasSubstr(bad.says));
    }
  }
}

}  // namespace
}  // namespace synop
