#include "synop/io/fnv1a.hpp"

#include <gtest/gtest.h>

namespace synop {
namespace {

std::uint64_t hash_of(std::string_view bytes) {
  Fnv1a hash;
  hash.add(bytes);
  return hash.value();
}

// The test vectors of the IETF draft (draft-eastlake-fnv, 64 bits).
TEST(Fnv1a, GivesThePublishedHashes) {
  EXPECT_EQ(hash_of(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(hash_of("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(hash_of("foobar"), 0x85944171f73967e8ULL);
}

TEST(Fnv1a, DoesNotDependOnHowTheBytesAreCut) {
  Fnv1a hash;
  hash.add("foo");
  for (const char c : std::string_view("bar")) hash.add(static_cast<std::uint8_t>(c));
  EXPECT_EQ(hash.value(), hash_of("foobar"));
}

}  // namespace
}  // namespace synop
