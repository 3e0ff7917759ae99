#include "synop/io/hdf5/spike_file.hpp"

#include <algorithm>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

Provenance example_provenance() {
  return {.experiment_text = "[network]\nname = \"ü\"\n" + std::string(100'000, 'x'),
          .command_line = "synop run a.toml",
          .version = "1.2.3",
          .seed = 0xFFFF'FFFF'FFFF'FFFFu,
          .start = Time::from_ms(0),
          .stop = Time::from_ms(1000)};
}

// Irregular but reproducible: spike i of a population of 1000 neurons.
Spike example_spike(std::int64_t i) {
  return {Time{i * 1'234'567}, static_cast<std::uint32_t>(i * 7919 % 1000)};
}

std::vector<Spike> example_spikes(std::int64_t count) {
  std::vector<Spike> spikes;
  for (std::int64_t i = 0; i < count; ++i) spikes.push_back(example_spike(i));
  return spikes;
}

TEST(SpikeFile, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  const auto many = example_spikes(200'000);
  const auto few = example_spikes(3);
  SpikeFileWriter writer(folder / "spikes.h5", {{"many", 1000}, {"few", 1000}, {"silent", 5}}, example_provenance());
  for (std::size_t i = 0; i < many.size(); i += 777)
    writer.append(0, std::span(many).subspan(i, std::min<std::size_t>(777, many.size() - i)));
  writer.append(1, few);
  EXPECT_FALSE(std::filesystem::exists(folder / "spikes.h5"));
  writer.finish(std::vector<std::pair<std::string, std::uint64_t>>{{"synaptic_operations", 12}});
  EXPECT_FALSE(std::filesystem::exists(folder / "spikes.h5.part"));

  const SpikeFile file = read_spike_file(folder / "spikes.h5");
  EXPECT_TRUE(file.complete);
  ASSERT_EQ(file.populations.size(), 3u);
  EXPECT_EQ(file.populations[0].name, "few");
  EXPECT_EQ(file.populations[0].spikes, few);
  EXPECT_EQ(file.populations[1].spikes, many);
  EXPECT_EQ(file.populations[1].size, 1000u);
  EXPECT_TRUE(file.populations[2].spikes.empty());
  ASSERT_TRUE(file.provenance.has_value());
  EXPECT_EQ(file.provenance->experiment_text, example_provenance().experiment_text);
  EXPECT_EQ(file.provenance->seed, example_provenance().seed);
  EXPECT_EQ(file.provenance->stop, Time::from_ms(1000));
}

TEST(SpikeFile, HoldsEveryTickExactlyInLongRuns) {
  const TemporaryFolder folder;
  for (const double last_ms : {4.19e6, 4.3e6, 8.5e6, 8e9}) {
    std::vector<Spike> spikes;
    for (std::int64_t i = 0; i < 5000; ++i) spikes.push_back({Time::from_ms(last_ms) + i * Delay{1}, 0});
    Provenance provenance = example_provenance();
    provenance.stop = Time::from_ms(last_ms + 1);
    SpikeFileWriter writer(folder / "long.h5", {{"a", 1}}, provenance);
    writer.append(0, spikes);
    writer.finish();
    EXPECT_EQ(read_spike_file(folder / "long.h5").populations.at(0).spikes, spikes) << last_ms;
  }
}

TEST(SpikeFile, KeepsAtMostOneChunkInMemory) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "spikes.h5", {{"a", 1000}}, example_provenance(), Ticks::always);
  std::size_t most = 0;
  for (std::int64_t i = 0; i < 300'000; ++i) {
    const Spike spike = example_spike(i);
    writer.append(0, std::span(&spike, 1));
    most = std::max(most, writer.buffered_bytes());
  }
  EXPECT_GT(most, 24u * 60'000);
  EXPECT_LE(most, 24u * 65'536);
  EXPECT_EQ(writer.spike_count(0), 300'000u);
}

TEST(SpikeFile, OfAShortRecordingIsSmall) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "spikes.h5", {{"a", 1000}}, example_provenance());
  writer.append(0, example_spikes(100));
  writer.finish();
  EXPECT_LT(std::filesystem::file_size(folder / "spikes.h5"), 150'000u);  // 100,000 of them are the experiment
}

TEST(SpikeFile, RefusesSpikesOutOfOrder) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "spikes.h5", {{"a", 10}}, example_provenance());
  const std::vector<Spike> later{{Time::from_ms(2), 1}};
  const std::vector<Spike> earlier{{Time::from_ms(1), 3}};
  writer.append(0, later);
  const std::string message = message_of([&] { writer.append(0, earlier); });
  EXPECT_THAT(message, HasSubstr("neuron 3 at 1.000000000 ms comes after one at 2.000000000 ms"));
}

TEST(SpikeFile, RefusesNeuronsAndNamesThatCannotBe) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "spikes.h5", {{"a", 10}}, example_provenance());
  const std::vector<Spike> beyond{{Time::from_ms(1), 10}};
  EXPECT_THAT(message_of([&] { writer.append(0, beyond); }), HasSubstr("which has 10 neurons"));
  for (const std::string name : {"", ".", "a/b"})
    EXPECT_THROW(SpikeFileWriter(folder / "b.h5", {{name, 1}}, example_provenance()), Error) << name;
  EXPECT_THROW(SpikeFileWriter(folder / "b.h5", {{"a", 1}, {"a", 2}}, example_provenance()), Error);
}

TEST(SpikeFile, NamesTheFolderThatDoesNotExist) {
  const std::string message = message_of([] {
    SpikeFileWriter("/nonexistent/spikes.h5", {{"a", 1}}, example_provenance());
  });
  EXPECT_THAT(message, HasSubstr("/nonexistent/spikes.h5.part"));
  EXPECT_THAT(message, HasSubstr("No such file or directory"));
}

TEST(SpikeFile, LeavesAPartFileWithoutFinish) {
  const TemporaryFolder folder;
  const auto spikes = example_spikes(70'000);
  {
    SpikeFileWriter writer(folder / "spikes.h5", {{"a", 1000}}, example_provenance());
    writer.append(0, std::span(spikes).first(60'000));
    writer.commit(spikes[60'000].time);
    writer.append(0, std::span(spikes).subspan(60'000));
  }
  const SpikeFile file = read_spike_file(folder / "spikes.h5.part");
  EXPECT_FALSE(file.complete);
  EXPECT_EQ(file.committed_until, spikes[60'000].time);
  ASSERT_EQ(file.populations.at(0).spikes.size(), 60'000u);
  EXPECT_TRUE(std::equal(file.populations[0].spikes.begin(), file.populations[0].spikes.end(), spikes.begin()));
}

// A second reader that knows nothing of ours.
TEST(SpikeFile, IsReadByH5py) {
  if (std::system("/usr/bin/python3 -c 'import h5py' 2> /dev/null") != 0)
    GTEST_SKIP() << "python3-h5py is not installed";
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "spikes.h5", {{"a", 1000}}, example_provenance());
  writer.append(0, example_spikes(100'000));
  writer.finish();
  const std::string script = R"(
import h5py, numpy, sys
f = h5py.File(sys.argv[1], 'r')
g = f['/spikes/a']
assert f.attrs['magic'] == 0x0A7A and list(f.attrs['version']) == [0, 1]
assert f.attrs['complete'] == 1 and f.attrs['program'] == 'synop' and f.attrs['t_stop'] == 1000.0
assert g['timestamps'].dtype == numpy.float64 and g['timestamps'].attrs['units'] == 'ms'
assert g['node_ids'].dtype == numpy.uint64
assert h5py.check_enum_dtype(g.attrs.get_id('sorting').dtype) == {'none': 0, 'by_id': 1, 'by_time': 2}
assert g.attrs['sorting'] == 2 and g.attrs['size'] == 1000
i = numpy.arange(100000)
assert numpy.array_equal(g['timestamps'][:], i * 1234567 / 1e9)
assert numpy.array_equal(g['node_ids'][:], i * 7919 % 1000)
)";
  std::ofstream(folder / "check.py") << script;
  const std::string command =
      "/usr/bin/python3 " + (folder / "check.py").string() + " " + (folder / "spikes.h5").string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace synop
