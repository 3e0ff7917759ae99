#include "synop/core/random.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "synop/core/detail/philox.hpp"

namespace synop {
namespace {

TEST(RandomStream, FillsWordsAsSingleCallsDo) {
  for (const std::size_t count : {4u, 60u, 64u, 68u, 1024u}) {
    RandomStream one(0x123456789abcdef, Purpose::weight, 7, 9), many(0x123456789abcdef, Purpose::weight, 7, 9);
    std::vector<std::uint32_t> words(count);
    many.fill(words);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(words[i], one.next32()) << i;
  }
}

TEST(RandomStream, HasTheSameNumbersOnEveryProcessor) {
  detail::PhiloxWords chosen, portable;
  for (std::uint32_t w = 0; w < 4; ++w)
    for (std::uint32_t i = 0; i < detail::philox_width; ++i)
      chosen[w][i] = portable[w][i] = w * 0x9e3779b9u + i * 0xdeadbeefu;
  detail::philox(chosen, 0xfedcba98, 0x76543210);
  detail::philox_portable(portable, 0xfedcba98, 0x76543210);
  for (std::size_t w = 0; w < 4; ++w)
    for (std::size_t i = 0; i < detail::philox_width; ++i) EXPECT_EQ(chosen[w][i], portable[w][i]);
}

TEST(RandomStream, FillsNumbersBelowAsSingleCallsDo) {
  for (const std::uint32_t n : {1u, 3u, 1000u, 2863311531u, 4294967295u})  // up to a third of the draws are drawn anew
    for (const std::size_t count : {1u, 5u, 255u, 256u, 1000u}) {
      RandomStream one(3, Purpose::connectivity, 7), many(3, Purpose::connectivity, 7);
      std::vector<std::uint32_t> numbers(count);
      many.fill_below(n, numbers);
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(numbers[i], one.below(n)) << n << " " << i;
    }
}

}  // namespace
}  // namespace synop
