#include "synop/io/events/event_hdf5.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/small_circuit.hpp"
#include "synop/core/error.hpp"

namespace synop {
namespace {

using test::HdfFile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Times = std::vector<std::vector<float>>;
using Units = std::vector<std::vector<std::int64_t>>;

struct Parts {
  Times times{{0.0f, 0.5f, 0.5f}, {}, {0.25f}};
  Units units{{3, 699, 1}, {}, {0}};
  std::vector<std::int64_t> labels{19, 0, 7};
};

std::filesystem::path write(const TemporaryFolder& folder, const Parts& parts) {
  const std::filesystem::path path = folder / "s.h5";
  HdfFile(path)
      .lists("/spikes/times", H5T_NATIVE_FLOAT, parts.times)
      .lists("/spikes/units", H5T_NATIVE_INT64, parts.units)
      .ids("/labels", parts.labels)
      .ids("/extra/speaker", {1, 2, 3});
  return path;
}

std::unique_ptr<EventSet> open(const std::filesystem::path& path) {
  return open_event_hdf5(path, 700, 20, EventOrder::ascending, {.memory_bytes = 1 << 26, .seconds = 1.0});
}

TEST(EventHdf5, HoldsSamplesOfTheirOwnLengths) {
  const TemporaryFolder folder;
  const auto set = open(write(folder, {}));
  ASSERT_EQ(set->size(), 3u);
  EXPECT_EQ(set->channels(), 700u);
  EXPECT_EQ(set->label(0), 19u);
  EXPECT_THAT(set->events(0),
              ElementsAre(Spike{Time{0}, 3}, Spike{Time::from_ms(500.0), 1}, Spike{Time::from_ms(500.0), 699}));
  EXPECT_THAT(set->events(1), IsEmpty());
  EXPECT_THAT(set->events(2), ElementsAre(Spike{Time::from_ms(250.0), 0}));
}

// A 16-bit real, in which the published files have their times: 0.5 is 0x3800, 1.25 is 0x3D00.
TEST(EventHdf5, TakesHalfPrecisionTimesAndShortUnits) {
  const TemporaryFolder folder;
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_ebias(half, 15);
  H5Tset_size(half, 2);
  HdfFile(folder / "s.h5")
      .lists<std::uint16_t>("/spikes/times", half, {{0x3800, 0x3D00}})
      .lists<std::uint16_t>("/spikes/units", H5T_NATIVE_UINT16, {{7, 8}})
      .array<std::uint8_t>("/labels", H5T_NATIVE_UINT8, {1});
  H5Tclose(half);
  EXPECT_THAT(open(folder / "s.h5")->events(0),
              ElementsAre(Spike{Time::from_ms(500.0), 7}, Spike{Time::from_ms(1250.0), 8}));
}

std::string refusal(void (*change)(Parts&)) {
  const TemporaryFolder folder;
  Parts parts;
  change(parts);
  const auto path = write(folder, parts);
  return message_of([&] {
    const auto set = open(path);
    for (std::uint64_t i = 0; i < set->size(); ++i) set->check(i);
  });
}

TEST(EventHdf5, IsRefusedByDatasetSampleAndEvent) {
  EXPECT_THAT(refusal([](Parts&) {}), "");
  EXPECT_THAT(refusal([](Parts& p) { p.labels[1] = 20; }), HasSubstr("'/labels' of"));
  EXPECT_THAT(refusal([](Parts& p) { p.labels[1] = 20; }),
              HasSubstr("holds 20 for sample 1; allowed: labels in [0, 20)"));
  EXPECT_THAT(refusal([](Parts& p) { p.labels[1] = -1; }), HasSubstr("holds -1"));
  EXPECT_THAT(refusal([](Parts& p) { p.labels.pop_back(); }),
              HasSubstr("3 samples in /spikes/times, 3 in /spikes/units and 2 in /labels"));
  EXPECT_THAT(refusal([](Parts& p) { p.units[2].push_back(1); }), HasSubstr("sample 2 has 1 times in"));
  EXPECT_THAT(refusal([](Parts& p) { p.units[0][1] = 700; }),
              HasSubstr("sample 0, event 1: unit 700 is no channel; allowed: integers in [0, 700)"));
  EXPECT_THAT(refusal([](Parts& p) { p.units[0][1] = -5; }), HasSubstr("unit -5"));
  EXPECT_THAT(refusal([](Parts& p) { p.times[0][2] = 0.25f; }),
              HasSubstr("sample 0: event 2 is at 250 ms, before the one ahead"));
  EXPECT_THAT(refusal([](Parts& p) { p.times[2][0] = std::nanf(""); }), HasSubstr("sample 2, event 0: time nan s"));
  EXPECT_THAT(refusal([](Parts& p) { p.times[2][0] = -1.0f; }), HasSubstr("time -1 s"));
  EXPECT_THAT(refusal([](Parts& p) { p.times[2][0] = std::numeric_limits<float>::infinity(); }),
              HasSubstr("time inf s"));
  EXPECT_THAT(refusal([](Parts& p) { p = {{}, {}, {}}; }), HasSubstr("holds no samples"));
}

TEST(EventHdf5, NamesADatasetThatIsMissingOrOfAnotherShape) {
  const TemporaryFolder folder;
  HdfFile(folder / "a.h5").ids("/labels", {1});
  EXPECT_THAT(message_of([&] { open(folder / "a.h5"); }), HasSubstr("no dataset '/spikes/times'"));
  HdfFile(folder / "b.h5").reals("/spikes/times", {1.0}).reals("/spikes/units", {1.0}).ids("/labels", {1});
  EXPECT_THAT(message_of([&] { open(folder / "b.h5"); }), HasSubstr("'/spikes/times' of"));
}

// Every damaged file is read or refused with its name; nothing else happens to this process.
TEST(EventHdf5, SurvivesDamagedFiles) {
  const TemporaryFolder folder;
  Parts parts;
  for (std::int64_t i = 0; i < 20; ++i) {
    parts.times.emplace_back(static_cast<std::size_t>(i), 0.125f);
    parts.units.emplace_back(static_cast<std::size_t>(i), i);
    parts.labels.push_back(i);
  }
  const std::string whole = read_text(write(folder, parts));
  std::mt19937 random(3);
  int refused = 0;
  for (int trial = 0; trial < 100; ++trial) {
    std::string damaged = whole;
    for (unsigned n = 1 + random() % 6; n > 0; --n) damaged[random() % damaged.size()] = static_cast<char>(random());
    if (trial % 10 == 0) damaged.resize(random() % damaged.size());
    std::ofstream(folder / "d.h5", std::ios::binary) << damaged;
    try {
      const auto set = open(folder / "d.h5");
      for (std::uint64_t i = 0; i < set->size(); ++i) set->check(i);
    } catch (const Error& error) {
      ++refused;
      EXPECT_THAT(error.what(), HasSubstr("d.h5"));
    }
  }
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace synop
