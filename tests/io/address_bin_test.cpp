#include "synop/io/events/address_bin.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"

namespace synop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

constexpr EventGeometry sensor{34, 34, 2};

std::vector<Spike> parse(const Bytes& bytes, EventOrder order = EventOrder::ascending) {
  return parse_address_bin(bytes, sensor, order, "a.bin");
}

Time us(std::int64_t n) {
  return Time{n * 1'000'000};
}

TEST(AddressBin, HoldsFiveBytesPerEvent) {
  // (1, 2) darker at 10 us; (33, 0) brighter at 0x7FFFFF us.
  EXPECT_THAT(parse({1, 2, 0x00, 0, 10, 33, 0, 0xFF, 0xFF, 0xFF}),
              ElementsAre(Spike{us(10), 2 * 34 + 1}, Spike{us(0x7FFFFF), 34 * 34 + 33}));
  EXPECT_TRUE(parse({}).empty());
}

TEST(AddressBin, TakesBothPolaritiesOfASensorWithOneForTheSameChannel) {
  const Bytes bytes{1, 2, 0x00, 0, 10, 1, 2, 0x80, 0, 11};
  const auto events = parse_address_bin(bytes, {34, 34, 1}, EventOrder::ascending, "a.bin");
  EXPECT_THAT(events, ElementsAre(Spike{us(10), 69}, Spike{us(11), 69}));
}

TEST(AddressBin, MovesTimesOnAtARowOf240) {
  EXPECT_THAT(parse({0, 0, 0, 0, 5, 0, 240, 0, 0, 5, 0, 0, 0, 0, 2, 7, 240, 0, 0, 0, 0, 0, 0, 0, 3}),
              ElementsAre(Spike{us(5), 0}, Spike{us(8192 + 2), 0}, Spike{us(2 * 8192 + 3), 0}));
}

TEST(AddressBin, SortsEventsOfOneInstantByChannel) {
  EXPECT_THAT(parse({5, 0, 0, 0, 1, 4, 0, 0, 0, 1}), ElementsAre(Spike{us(1), 4}, Spike{us(1), 5}));
}

TEST(AddressBin, RefusesWhatIsWrongByFileAndEvent) {
  EXPECT_THAT(message_of([] { parse({1, 2, 3, 4, 5, 6}); }), HasSubstr("a.bin is truncated: 6 bytes"));
  EXPECT_THAT(message_of([] {
                parse({0, 0, 0, 0, 1, 34, 0, 0, 0, 1});
              }),
              HasSubstr("event 1 (byte 5) is at x = 34, y = 0, outside the sensor of 34 x 34"));
  EXPECT_THAT(message_of([] { parse({0, 34, 0, 0, 1}); }), HasSubstr("y = 34"));
  const Bytes backwards{0, 0, 0, 0, 2, 0, 0, 0, 0, 1};
  EXPECT_THAT(message_of([&] { parse(backwards); }),
              HasSubstr("event 1 is at 0.001 ms, before the one ahead of it at 0.002 ms"));
  EXPECT_THAT(parse(backwards, EventOrder::any), ElementsAre(Spike{us(1), 0}, Spike{us(2), 0}));
}

TEST(AddressBin, ReadsBackWhatItWrites) {
  std::mt19937 random(1);
  std::vector<Spike> events;
  for (int i = 0; i < 2000; ++i)
    events.push_back({us(random() % (1u << 23)), static_cast<std::uint32_t>(random() % sensor.channels())});
  std::sort(events.begin(), events.end());
  EXPECT_EQ(parse(address_bin(events, sensor)), events);
  const std::vector<Spike> within{{Time{1'999'999}, 3}};
  EXPECT_THAT(parse(address_bin(within, sensor)), ElementsAre(Spike{us(1), 3}));
  EXPECT_THAT(message_of([] { address_bin(std::vector<Spike>{{us(1 << 23), 0}}, sensor); }), HasSubstr("8388.608"));
  EXPECT_THAT(message_of([] { address_bin(std::vector<Spike>{{us(1), 2312}}, sensor); }), HasSubstr("channel 2312"));
  EXPECT_THAT(message_of([] { address_bin({}, {34, 241, 2}); }), HasSubstr("at most 256 x 240"));
}

TEST(AddressBin, ReadsOrRefusesDamagedFiles) {
  std::mt19937 random(2);
  Bytes whole;
  for (std::uint32_t i = 0; i < 300; ++i)
    for (const std::uint32_t byte : {i % 34, i / 34, i % 2 << 7, i / 8, i * 32 % 256})
      whole.push_back(static_cast<std::uint8_t>(byte));
  ASSERT_EQ(parse(whole, EventOrder::any).size(), 300u);
  int refused = 0, taken = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    Bytes damaged = whole;
    for (unsigned n = 1 + random() % 4; n > 0; --n)
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    if (trial % 3 == 0) damaged.resize(random() % damaged.size());
    try {
      const auto events = parse(damaged);
      ++taken;
      EXPECT_TRUE(std::is_sorted(events.begin(), events.end()));
      for (const Spike& event : events) EXPECT_LT(event.neuron, sensor.channels());
    } catch (const Error& error) {
      ++refused;
      EXPECT_EQ(error.kind(), ErrorKind::input);
      EXPECT_THAT(error.what(), HasSubstr("a.bin"));
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(taken, 10);
}

}  // namespace
}  // namespace synop
