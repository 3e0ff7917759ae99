#include "synop/io/hdf5/detail/pending_writes.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace synop::hdf5 {
namespace {

TEST(PendingWrites, AreReleasedNewestPlacesFirstAndTheHeaderBeforeTheRest) {
  PendingWrites pending;
  pending.add(50, "old place", 9);
  pending.add(0, "header", 6);
  pending.add(100, "new place", 9);
  std::vector<std::uint64_t> order;
  pending.release(100, [&](std::uint64_t address, const char*, std::size_t) { order.push_back(address); });
  EXPECT_EQ(order, (std::vector<std::uint64_t>{100, 0, 50}));
  pending.release(0, [&](std::uint64_t, const char*, std::size_t) { FAIL() << "released twice"; });
}

// Against a plain array that every write goes to at once.
TEST(PendingWrites, ReadAsIfTheyHadBeenWritten) {
  std::mt19937 random(1);
  PendingWrites pending;
  std::string expected(1000, '.');
  for (int i = 0; i < 2000; ++i) {
    const std::size_t address = random() % 900;
    const std::string bytes(1 + random() % 100, static_cast<char>('a' + i % 26));
    pending.add(address, bytes.data(), bytes.size());
    expected.replace(address, bytes.size(), bytes);
    const std::size_t from = random() % 900;
    std::string seen(100, '.');
    pending.overlay(from, seen.data(), seen.size());
    ASSERT_EQ(seen, expected.substr(from, 100));
  }
}

}  // namespace
}  // namespace synop::hdf5
