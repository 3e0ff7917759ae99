#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/hdf5/file_info.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/hdf5/weight_file.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

Provenance example_provenance() {
  return {.experiment_text = "seed = 5\n",
          .command_line = "synop run",
          .version = "1.0",
          .seed = 5,
          .start = {},
          .stop = Time::from_ms(500)};
}

TEST(WeightFile, GivesBackEveryProjection) {
  const TemporaryFolder folder;
  const std::vector<std::uint32_t> sources{0, 1, 2};
  const std::vector<std::uint32_t> targets{5, 4, 3};
  const std::vector<double> weights{0.1, -2.5, 1e-300};
  std::vector<std::uint64_t> many(200'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = (i << 33) + 1;
  const std::vector<double> many_weights(many.begin(), many.end());

  WeightFileWriter writer(folder / "weights.h5", example_provenance());
  writer.add({"small", "a", "b"}, sources, targets, weights);
  writer.add({"large", "b", "c"}, many, many, many_weights);
  EXPECT_THROW(writer.add({"small", "a", "b"}, sources, targets, weights), Error);
  EXPECT_THROW(writer.add({"uneven", "a", "b"}, sources, targets, std::span(weights).first(2)), Error);
  writer.finish();

  const auto projections = read_weight_file(folder / "weights.h5");
  ASSERT_EQ(projections.size(), 2u);
  EXPECT_EQ(projections[0].sources, many);
  EXPECT_EQ(projections[0].weights, many_weights);
  EXPECT_EQ(projections[1].name.name, "small");
  EXPECT_EQ(projections[1].name.source_population, "a");
  EXPECT_EQ(projections[1].name.target_population, "b");
  EXPECT_EQ(projections[1].targets, (std::vector<std::uint64_t>{5, 4, 3}));
  EXPECT_EQ(projections[1].weights, weights);
}

RecordedReport write_and_read_report(std::size_t neurons, std::size_t rows) {
  const TemporaryFolder folder;
  ReportDescription description{.population = "a",
                                .variable = "V_m",
                                .unit = "mV",
                                .neurons = {},
                                .start = Time::from_ms(1),
                                .step = Delay::from_ms(0.1)};
  for (std::size_t i = 0; i < neurons; ++i) description.neurons.push_back(2 * i);
  ReportFileWriter writer(folder / "report.h5", description, example_provenance());
  std::vector<double> row(neurons);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < neurons; ++i) row[i] = -70.0 + static_cast<double>(r * neurons + i);
    writer.append(row);
    if (r == rows / 2) writer.commit(Time::from_ms(1));
  }
  writer.finish();
  return read_report_file(folder / "report.h5").at(0);
}

TEST(ReportFile, GivesBackEveryRow) {
  for (const auto& [neurons, rows] : {std::pair{1, 5}, {3, 50'000}, {70'000, 3}, {2, 0}}) {
    const RecordedReport report =
        write_and_read_report(static_cast<std::size_t>(neurons), static_cast<std::size_t>(rows));
    EXPECT_EQ(report.description.variable, "V_m");
    EXPECT_EQ(report.description.unit, "mV");
    EXPECT_EQ(report.description.start, Time::from_ms(1));
    EXPECT_EQ(report.description.step, Delay::from_ms(0.1));
    EXPECT_EQ(report.description.neurons.back(), 2u * (static_cast<unsigned>(neurons) - 1));
    ASSERT_EQ(report.row_count(), static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < report.values.size(); ++i) ASSERT_EQ(report.values[i], -70.0 + static_cast<double>(i));
  }
}

TEST(ReportFile, RefusesPartOfARowAndNoInterval) {
  const TemporaryFolder folder;
  ReportDescription description{
      .population = "a", .variable = "V_m", .unit = "mV", .neurons = {0, 1}, .start = {}, .step = Delay::from_ms(1)};
  ReportFileWriter writer(folder / "report.h5", description, example_provenance());
  EXPECT_THAT(message_of([&] { writer.append(std::vector<double>(3)); }), HasSubstr("has 2 values; 3 were given"));
  description.step = {};
  EXPECT_THROW(ReportFileWriter(folder / "b.h5", description, example_provenance()), Error);
}

std::filesystem::path write_example_spikes(const TemporaryFolder& folder) {
  const std::vector<Spike> spikes{{Time::from_ms(2.5), 3}, {Time::from_ms(499.5), 1}};
  SpikeFileWriter writer(folder / "spikes.h5", {{"exc", 4}, {"silent", 2}}, example_provenance());
  writer.append(0, spikes);
  writer.finish(std::vector<std::pair<std::string, std::uint64_t>>{{"neuron_updates", 17}});
  return folder / "spikes.h5";
}

TEST(FileInfo, TellsCountsRatesAndOrigin) {
  const TemporaryFolder folder;
  std::ostringstream out;
  describe_file(write_example_spikes(folder), out);
  EXPECT_THAT(out.str(), HasSubstr("complete: yes\n"));
  EXPECT_THAT(out.str(), HasSubstr("seed: 5\n"));
  EXPECT_THAT(out.str(), HasSubstr("populations:\n"
                                   "  population  neurons  recorded  spikes  rate_hz  first_ms  last_ms\n"
                                   "  exc               4         4       2        1       2.5    499.5\n"
                                   "  silent            2         2       0        0         -        -\n"));
  EXPECT_THAT(out.str(), HasSubstr("neuron_updates: 17"));
}

TEST(FileInfo, IsAlsoJson) {
  const TemporaryFolder folder;
  const auto info = nlohmann::json::parse(describe_file_as_json(write_example_spikes(folder)));
  EXPECT_EQ(info["populations"][0]["spikes"], 2);
  EXPECT_EQ(info["experiment"], "seed = 5\n");
  EXPECT_EQ(info["counts"]["neuron_updates"], 17);
  EXPECT_EQ(info["complete"], true);
}

TEST(FileInfo, SaysThatARunDidNotFinish) {
  const TemporaryFolder folder;
  { SpikeFileWriter writer(folder / "spikes.h5", {{"exc", 4}}, example_provenance()); }
  std::ostringstream out;
  describe_file(folder / "spikes.h5.part", out);
  EXPECT_THAT(out.str(), HasSubstr("complete: no, the run that wrote it did not finish"));
}

TEST(FileInfo, KnowsWeightsAndReports) {
  const TemporaryFolder folder;
  WeightFileWriter writer(folder / "weights.h5", example_provenance());
  const std::vector<std::uint32_t> ids{0, 1};
  writer.add({"a_to_b", "a", "b"}, ids, ids, std::vector<double>{-1.5, 2});
  writer.finish();
  std::ostringstream out;
  describe_file(folder / "weights.h5", out);
  EXPECT_THAT(out.str(), HasSubstr("a_to_b"));
  EXPECT_THAT(out.str(), HasSubstr("-1.5"));

  ReportFileWriter report(
      folder / "report.h5",
      {.population = "a", .variable = "V_m", .unit = "mV", .neurons = {0, 1}, .start = {}, .step = tick},
      example_provenance());
  report.append(std::vector<double>(6));
  report.finish();
  describe_file(folder / "report.h5", out);
  EXPECT_THAT(out.str(), HasSubstr("  a                V_m        2     3\n"));
}

}  // namespace
}  // namespace synop
