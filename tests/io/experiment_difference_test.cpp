#include "synop/io/experiment/difference.hpp"

#include <gtest/gtest.h>

namespace synop {
namespace {

std::string difference(std::string_view before, std::string_view now) {
  const auto found = first_difference(before, now);
  return found ? found->key + ": " + found->before + " -> " + found->now : "";
}

TEST(ExperimentDifference, IsNotOneOfCommentsOrderOrSpelling) {
  EXPECT_EQ(difference("seed = 1 # one\nname = \"a\"\n[x]\ny = 2\n", "name = 'a'\n\nseed = 1\nx = { y = 2.0 }\n"), "");
  EXPECT_EQ(difference("a = [1, 2]\n", "a = [\n  1,\n  2, # two\n]\n"), "");
}

TEST(ExperimentDifference, NamesTheKeyAndBothValues) {
  EXPECT_EQ(difference("seed = 1\n", "seed = 2\n"), "seed: 1 -> 2");
  EXPECT_EQ(difference("[x]\ny = \"1 ms\"\n", "[x]\ny = \"2 ms\"\n"), "x.y: \"1 ms\" -> \"2 ms\"");
  EXPECT_EQ(difference("seed = 1\n", ""), "seed: 1 -> not given");
  EXPECT_EQ(difference("", "[x]\ny = 1\n"), "x: not given -> a table");
  EXPECT_EQ(difference("a = true\n", "a = 1\n"), "a: true -> 1");
}

TEST(ExperimentDifference, NamesElementsAsOverridesDo) {
  const auto two = [](int weight) {
    return "[[projection]]\nsource = \"in\"\ntarget = \"exc\"\n[[projection]]\nname = \"back\"\nweight = " +
           std::to_string(weight) + "\n";
  };
  EXPECT_EQ(difference(two(1), two(2)), "projection.back.weight: 1 -> 2");
  EXPECT_EQ(difference("a = [[1], [2, 3]]\n", "a = [[1], [2, 4]]\n"), "a[1][1]: 3 -> 4");
  EXPECT_EQ(difference("a = [1]\n", "a = [1, 2]\n"), "a: 1 elements -> 2 elements");
}

}  // namespace
}  // namespace synop
