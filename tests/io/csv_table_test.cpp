#include "synop/io/csv/csv_table.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/data_files.hpp"

namespace synop {
namespace {

std::vector<std::string> unread;  // assumptions

CsvTable table_of(const std::string& text) {
  std::istringstream in(text);
  return CsvTable::read(in, "t.csv");
}

template <class Action>
std::string error_of(Action action, ErrorKind kind = ErrorKind::input) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no error";
}

std::filesystem::path file_with(const std::string& text) {
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / ("synop_" + test + ".csv");
  std::ofstream(path) << text;
  return path;
}

TEST(CsvTable, ReadsColumnsByName) {
  const CsvTable table = table_of("# two synapses\n source , target,weight\r\n0,1,0.5\n\n2, 3 ,-1e-3\r\n");
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.ids("source", 10), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(table.ids("target", 4), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(table.values("weight")[1], -1e-3);
  EXPECT_FALSE(table.has("delay"));
}

TEST(CsvTable, NamesTheLineAndTheColumnOfABadField) {
  const auto text = [](const std::string& csv) { return error_of([&] { table_of(csv); }); };
  EXPECT_EQ(text(""), "t.csv:1: the header line with the names of the columns is missing");
  EXPECT_NE(text("0,1\n").find("t.csv:1: column 1: '0' is a number"), std::string::npos);
  EXPECT_NE(text("a,,b\n").find("t.csv:1: column 2 of the header has no name"), std::string::npos);
  EXPECT_NE(text("a,a\n").find("t.csv:1: column 2: the name 'a' is given twice"), std::string::npos);
  EXPECT_NE(text("a,b\n1,2\n1\n").find("t.csv:3: the row has 1 fields"), std::string::npos);
  EXPECT_NE(text("a,b\n1,2,\n").find("t.csv:2: the row has 3 fields"), std::string::npos);
  for (const char* bad : {"x", "", "nan", "inf", "1e999", "1 2", "0x1", "1;2", "+-1"})
    EXPECT_NE(text(std::string("a,b\n1,2\n3,") + bad + "\n").find("t.csv:3: column 'b': "), std::string::npos) << bad;
}

TEST(CsvTable, RefusesIdsThatAreNegativeOrNotIntegersOrTooLarge) {
  for (const char* bad : {"-1", "0.5", "7", "4294967296"}) {
    const std::string error = error_of([&] { table_of(std::string("n\n3\n") + bad + "\n").ids("n", 7); });
    EXPECT_NE(error.find("t.csv:3: column 'n': value "), std::string::npos) << error;
    EXPECT_NE(error.find("integers in [0, 7)"), std::string::npos) << error;
  }
}

TEST(CsvTable, NamesTheNearestColumn) {
  EXPECT_NE(error_of([] { table_of("sourc,target\n").ids("source", 1); }).find("did you mean 'sourc'?"),
            std::string::npos);
}

TEST(ConnectionFile, GivesOneEntryPerRow) {
  const auto path = file_with("source,target,weight,delay\n0,1,0.5,1.5\n1,0,-2,0\n");
  const ConnectionList list = read_connection_file(path, 2, 2);
  EXPECT_EQ(list, (ConnectionList{{0, 1}, {1, 0}, {0.5, -2.0}, {1.5, 0.0}}));
}

TEST(ConnectionFile, RefusesUnknownColumnsNegativeDelaysAndIdsOutOfRange) {
  const auto refused = [](const std::string& text) {
    return error_of([&] { read_connection_file(file_with(text), 2, 3); });
  };
  EXPECT_NE(refused("source,target,wieght\n0,0,1\n").find("did you mean 'weight'?"), std::string::npos);
  EXPECT_NE(refused("source,target,delay\n0,0,1\n0,0,-1\n").find(":3: column 'delay': value -1 ms"), std::string::npos);
  EXPECT_NE(refused("source,target\n0,2\n1,3\n").find(":3: column 'target': value 3"), std::string::npos);
  EXPECT_NE(refused("source,target\n2,0\n").find(":2: column 'source': value 2"), std::string::npos);
  EXPECT_NE(refused("source\n1\n").find("no column 'target'"), std::string::npos);
}

TEST(SpikeTimeFile, SortsTheSpikesOfEachNeuron) {
  const auto path = file_with("neuron,time_ms\n1,2.5\n1,0.1\n0,7\n");
  const auto trains = read_spike_time_file(path, 3, "", unread);
  ASSERT_EQ(trains.size(), 3u);
  EXPECT_EQ(trains[0], std::vector<Time>{Time::from_ms(7.0)});
  EXPECT_EQ(trains[1], (std::vector<Time>{Time::from_ms(0.1), Time::from_ms(2.5)}));
  EXPECT_TRUE(trains[2].empty());
}

TEST(SpikeTimeFile, RefusesNegativeTimesAndMissingFiles) {
  EXPECT_NE(error_of([] { read_spike_time_file(file_with("neuron,time_ms\n0,-1\n"), 1, "", unread); }).find("column 'time_ms'"),
            std::string::npos);
  EXPECT_NE(error_of([] { read_spike_time_file("/nonexistent.csv", 1, "", unread); }, ErrorKind::file).find("'/nonexistent.csv'"),
            std::string::npos);
}

}  // namespace
}  // namespace synop
