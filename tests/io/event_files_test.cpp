#include "synop/io/events/event_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/events/event_csv.hpp"

namespace synop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr EventGeometry sensor{4, 3, 2};

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string event_at(char us) {
  return {1, 2, 0, 0, us};
}

std::unique_ptr<EventSet> open(const std::filesystem::path& path) {
  return open_event_files(path, {.geometry = sensor, .classes = 3, .time_unit = ""});
}

std::vector<std::uint32_t> labels_of(const EventSet& set) {
  std::vector<std::uint32_t> labels;
  for (std::uint64_t i = 0; i < set.size(); ++i) labels.push_back(set.label(i));
  return labels;
}

TEST(EventFiles, ComeInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  write(folder / "set/0/00003.bin", event_at(1));
  write(folder / "set/2/00001.bin", event_at(2));
  write(folder / "set/1/00002.bin", event_at(3));
  write(folder / "set/0/00002.bin", event_at(4));
  const auto set = open(folder / "set");
  EXPECT_THAT(labels_of(*set), ElementsAre(2, 0, 1, 0));
  EXPECT_EQ(set->channels(), 24u);
  EXPECT_THAT(set->events(1), ElementsAre(Spike{Time{4'000'000}, 9}));
}

TEST(EventFiles, ComeInTheOrderOfAList) {
  const TemporaryFolder folder;
  write(folder / "b.bin", event_at(1));
  write(folder / "a, b.bin", event_at(2));
  write(folder / "list.csv", "file,label\n# a comment\nb.bin,2\na, b.bin,0\r\n");
  const auto set = open(folder / "list.csv");
  EXPECT_THAT(labels_of(*set), ElementsAre(2, 0));
  EXPECT_THAT(set->events(1), ElementsAre(Spike{Time{2'000'000}, 9}));
}

TEST(EventFiles, AreRefusedByTheNameOfWhatIsWrong) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of([&] { open(folder / "absent"); }), HasSubstr("absent' does not exist"));
  std::filesystem::create_directories(folder / "empty");
  EXPECT_THAT(message_of([&] { open(folder / "empty"); }), HasSubstr("holds no samples"));
  write(folder / "label/3/1.bin", event_at(1));
  EXPECT_THAT(message_of([&] { open(folder / "label"); }), HasSubstr("'3' is no label; allowed: integers in [0, 3)"));
  write(folder / "word/zero/1.bin", event_at(1));
  EXPECT_THAT(message_of([&] { open(folder / "word"); }), HasSubstr("'zero' is no label"));
  write(folder / "ending/0/1.txt", event_at(1));
  EXPECT_THAT(message_of([&] { open(folder / "ending"); }), HasSubstr("1.txt' does not end in .bin"));
  write(folder / "flat/1.bin", event_at(1));
  EXPECT_THAT(message_of([&] { open(folder / "flat"); }), HasSubstr("is no folder"));
  write(folder / "list.csv", "file,label\nnone.bin,0\n");
  EXPECT_THAT(message_of([&] { open(folder / "list.csv"); }), HasSubstr("list.csv:2: there is no file"));
  write(folder / "header.csv", "none.bin,0\n");
  EXPECT_THAT(message_of([&] { open(folder / "header.csv"); }), HasSubstr("begins with the header 'file,label'"));
  write(folder / "label.csv", "file,label\nflat/1.bin,-1\n");
  EXPECT_THAT(message_of([&] { open(folder / "label.csv"); }), HasSubstr("label.csv:2: '-1' is no label"));
  write(folder / "cut/0/1.bin", event_at(1).substr(0, 3));
  EXPECT_THAT(message_of([&] { open(folder / "cut")->check(0); }), HasSubstr("1.bin is truncated"));
}

std::vector<Spike> read_csv(const TemporaryFolder& folder, const std::string& text, const std::string& unit = "",
                            EventGeometry geometry = sensor, EventOrder order = EventOrder::ascending) {
  write(folder / "e.csv", text);
  return read_event_csv(folder / "e.csv", geometry, unit, order);
}

TEST(EventCsv, HasTimesInTheUnitOfItsColumnOrOfTheExperiment) {
  const TemporaryFolder folder;
  EXPECT_THAT(read_csv(folder, "t_us,x,y,p\n1.5,1,2,0\n2,0,0,1\n2,0,0,-1\n"),
              ElementsAre(Spike{Time{1'500'000}, 9}, Spike{Time{2'000'000}, 0}, Spike{Time{2'000'000}, 12}));
  EXPECT_THAT(read_csv(folder, "x,y,t,p\n1,2,0.25,1\n", "s"), ElementsAre(Spike{Time{250'000'000'000}, 21}));
  EXPECT_THAT(read_csv(folder, "t_ns,x,y\n3,1,2\n", "ns", {4, 3, 1}), ElementsAre(Spike{Time{3'000}, 9}));
}

TEST(EventCsv, IsRefusedByLineAndColumn) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& text, const std::string& unit = "") {
    return message_of([&] { read_csv(folder, text, unit); });
  };
  EXPECT_THAT(refusal("t,x,y,p\n1,1,1,1\n"), HasSubstr("the unit of time is missing"));
  EXPECT_THAT(refusal("t_us,x,y,p\n1,1,1,1\n", "ms"), HasSubstr("the column 't_us' is in us, but time_unit says ms"));
  EXPECT_THAT(refusal("t_us,x,y,p\n1,4,1,1\n"), HasSubstr("e.csv:2: column 'x': value 4"));
  EXPECT_THAT(refusal("t_us,x,y,p\n1,1,1.5,1\n"), HasSubstr("column 'y': value 1.5"));
  EXPECT_THAT(refusal("t_us,x,y,p\n1,1,1,2\n"), HasSubstr("column 'p': value 2 is no polarity"));
  EXPECT_THAT(refusal("t_us,x,y,p\n1,1,1,1\n-2,1,1,1\n"), HasSubstr("e.csv:3: column 't_us': time -2 is outside"));
  EXPECT_THAT(refusal("t_us,x,y,p\n2,1,1,1\n1,1,1,1\n"), HasSubstr("e.csv:3: column 't_us': time 1 is before"));
  EXPECT_THAT(refusal("t_us,x,y,p\nnan,1,1,1\n"), HasSubstr("'nan' is not a finite number"));
  EXPECT_THAT(refusal("t_us,x,y\n1,1,1\n"), HasSubstr("no column 'p'"));
  EXPECT_THAT(refusal("t_us,x,y,p,q\n1,1,1,1,1\n"), HasSubstr("no column 'q'"));
  EXPECT_THAT(read_csv(folder, "t_us,x,y,p\n2,1,1,1\n1,1,1,1\n", "", sensor, EventOrder::any),
              ElementsAre(Spike{Time{1'000'000}, 17}, Spike{Time{2'000'000}, 17}));
}

}  // namespace
}  // namespace synop
