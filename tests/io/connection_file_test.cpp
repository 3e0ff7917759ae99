#include "synop/io/hdf5/connection_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/small_circuit.hpp"
#include "io/temporary_folder.hpp"
#include "support/connections.hpp"
#include "synop/core/error.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/output_folder.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

struct Columns {
  std::vector<std::int64_t> source = {0, 2, 1};
  std::vector<std::uint32_t> target = {1, 0, 1};
  std::vector<double> weight = {1.5, -2.0, 0.25};
  std::vector<float> delay = {1.0f, 2.5f, 0.5f};
};

std::filesystem::path written(const TemporaryFolder& folder, const Columns& columns, const std::string& other = "") {
  const std::filesystem::path path = folder / "edges.h5";
  const hdf5::Object root = hdf5::create_file(path);
  hdf5::create_array<std::int64_t>(root, "source", columns.source);
  hdf5::create_array<std::uint32_t>(root, "target", columns.target);
  if (!columns.weight.empty()) hdf5::create_array<double>(root, "weight", columns.weight);
  if (!columns.delay.empty()) hdf5::create_array<float>(root, "delay", columns.delay);
  if (!other.empty()) hdf5::create_array<double>(root, other, columns.weight);
  return path;
}

std::string message_for(const Columns& columns, const std::string& other = "") {
  const TemporaryFolder folder;
  const auto path = written(folder, columns, other);
  return message_of([&] { read_connection_file(path, 3, 2); });
}

TEST(ConnectionFile, GivesWhatItsDatasetsHold) {
  const TemporaryFolder folder;
  const ConnectionList list = read_connection_file(written(folder, {}), 3, 2);
  EXPECT_EQ(list.sources, (std::vector<std::uint32_t>{0, 2, 1}));
  EXPECT_EQ(list.targets, (std::vector<std::uint32_t>{1, 0, 1}));
  EXPECT_EQ(list.weights, (std::vector<double>{1.5, -2.0, 0.25}));
  EXPECT_EQ(list.delays_ms, (std::vector<double>{1.0, 2.5, 0.5}));
  EXPECT_THAT(list.assumption, HasSubstr("edges.h5' are taken in ms"));
  const ConnectionList bare = read_connection_file(written(folder, {.weight = {}, .delay = {}}), 3, 2);
  EXPECT_EQ(bare, (ConnectionList{{0, 2, 1}, {1, 0, 1}, {}, {}}));
}

TEST(ConnectionFile, ErrorsNameFileAndDataset) {
  EXPECT_THAT(message_for({.source = {0, 3, 1}}), HasSubstr("'/source' of '"));
  EXPECT_THAT(message_for({.source = {0, 3, 1}}), HasSubstr("edges.h5' holds the id 3 at row 1; allowed: [0, 2]"));
  EXPECT_THAT(message_for({.source = {0, -1, 1}}), HasSubstr("holds the id -1 at row 1"));
  EXPECT_THAT(message_for({.target = {0, 1}}), HasSubstr("has 2 values; /source has 3"));
  EXPECT_THAT(message_for({.weight = {0.0, 1.0}}), HasSubstr("'/weight' of '"));
  EXPECT_THAT(message_for({.weight = {0.0, NAN, 1.0}}), HasSubstr("holds nan at row 1"));
  EXPECT_THAT(message_for({.delay = {0.0f, -1.0f, 1.0f}}), HasSubstr("'/delay' of '"));
  EXPECT_THAT(message_for({}, "delays"), HasSubstr("there is no place for '/delays' (did you mean 'delay'?)"));
  const TemporaryFolder folder;
  EXPECT_THAT(message_of([&] { read_connection_file(folder / "none.h5", 3, 2); }), HasSubstr("none.h5"));
}

// The same with units; "" is none.
void write_with_units(const std::filesystem::path& path, const std::string& of_weight, const std::string& of_delay) {
  std::filesystem::remove(path.string() + ".journal");  // of the one before
  test::HdfFile file(path);
  file.ids("/source", {0, 2}).ids("/target", {1, 0}).reals("/weight", {1.5, -2.0}).reals("/delay", {1.0, 2.5});
  if (!of_weight.empty()) file.text("/weight", "units", of_weight);
  if (!of_delay.empty()) file.text("/delay", "unit", of_delay);
}

constexpr const char* explicit_network = R"(
[simulation]
duration = 1
[[population]]
name = "p"
model = "iaf_psc_delta"
size = 3
[[projection]]
source = "p"
target = "p[0:2]"
rule = "explicit"
file = "edges.h5"
)";

TEST(ConnectionFile, ChecksUnitsThatItNamesAndSaysWhichAreAssumed) {
  const TemporaryFolder folder;
  const auto path = written(folder, {});
  const Experiment experiment = parse_experiment(explicit_network, (folder / "x.toml").string(), model_catalogue());
  std::vector<std::string> assumed;
  (void)compose(experiment, assumed);
  ASSERT_EQ(assumed.size(), 1u);
  EXPECT_THAT(assumed[0], AllOf(HasSubstr("projection 'p_p': the delays of '/delay' of '"), HasSubstr("taken in ms")));
  write_with_units(path, "mV", "ms");
  assumed.clear();
  (void)compose(experiment, assumed);
  EXPECT_TRUE(assumed.empty());
  write_with_units(path, "pA", "");
  EXPECT_THAT(message_of([&] { (void)compose(experiment); }), AllOf(HasSubstr("projection[0].file"), HasSubstr("in 'pA'"), HasSubstr("mV")));
  write_with_units(path, "", "s");
  EXPECT_THAT(message_of([&] { (void)compose(experiment); }), AllOf(HasSubstr("'/delay' of '"), HasSubstr("is in 's'; allowed: ms")));
}

// Whatever a damaged file makes of HDF5, it happens in another process.
TEST(ConnectionFile, DamageIsAnErrorOrLeavesTheListInRange) {
  const TemporaryFolder folder;
  const auto path = written(folder, {});
  const std::string whole = read_text(path);
  std::uint64_t state = 1;
  for (int round = 0; round < 40; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 8; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      damaged[(state >> 33) % damaged.size()] = static_cast<char>(state >> 25);
    }
    write_text_file(path, damaged);
    try {
      const ConnectionList list = read_connection_file(path, 3, 2);
      for (const std::uint32_t target : list.targets) ASSERT_LT(target, 2u);
      ASSERT_EQ(list.sources.size(), list.targets.size());
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("edges.h5"));
    }
  }
}

TEST(ConnectionFile, MakesTheSynapsesOfAnExperiment) {
  const TemporaryFolder folder;
  written(folder, {});
  const Experiment experiment = parse_experiment(explicit_network, (folder / "x.toml").string(), model_catalogue());
  NetworkBuilder builder = compose(experiment);
  const Network network = builder.build();
  test::Synapses synapses = test::synapses_of(network);
  std::sort(synapses.begin(), synapses.end());
  const test::Synapses expected{{0, 1, 1.5, Delay::from_ms(1.0).ticks},
                                {1, 1, 0.25, Delay::from_ms(0.5).ticks},
                                {2, 0, -2.0, Delay::from_ms(2.5).ticks}};
  EXPECT_EQ(synapses, expected);
}

}  // namespace
}  // namespace synop
