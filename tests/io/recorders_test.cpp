#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/io/hdf5/rate_file.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/hdf5/weight_course_file.hpp"
#include "synop/io/hdf5/weight_file.hpp"
#include "synop/io/statistics/spike_trains.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

std::string with(const std::string& recorder) {
  return std::string(small_experiment) + "[[recorder]]\n" + recorder;
}

std::vector<Spike> recorded_spikes(const ExperimentFolder& folder) {
  return read_spike_file(folder.path("results/spikes.h5")).populations.at(0).spikes;
}

TEST(Recorders, RecordTheSpikesOfTheirTimeOnly) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  std::vector<Spike> expected = recorded_spikes(folder);
  std::erase_if(expected, [](const Spike& s) { return s.time < Time::from_ms(80) || s.time >= Time::from_ms(120); });
  const CliCall run = folder.run({"--overwrite", "--set", "recorder[0].start=80", "--set", "recorder[0].stop=120 ms"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(recorded_spikes(folder), expected);
  const CliCall info = call({"info", "--json", folder.path("results/spikes.h5")});
  const double rate = static_cast<double>(expected.size()) / 100 / 0.040;
  EXPECT_DOUBLE_EQ(info.json().at("populations").at(0).at("rate_hz").get<double>(), rate);
}

TEST(Recorders, SampleThePotentialsOfTheirTimeOnly) {
  const ExperimentFolder folder(with("model = \"multimeter\"\nsource = \"exc[0:3]\"\n"));
  ASSERT_EQ(folder.run().code, 0);
  const RecordedReport whole = read_report_file(folder.path("results/multimeter.h5")).at(0);
  ASSERT_EQ(whole.row_count(), 150u);
  const CliCall run = folder.run({"--overwrite", "--set", "recorder[1].start=60", "--set", "recorder[1].stop=70.5"});
  ASSERT_EQ(run.code, 0) << run.err;
  const RecordedReport part = read_report_file(folder.path("results/multimeter.h5")).at(0);
  EXPECT_EQ(part.description.start, Time::from_ms(60));
  ASSERT_EQ(part.row_count(), 11u);
  EXPECT_TRUE(std::equal(part.values.begin(), part.values.end(), whole.values.begin() + 30));
}

TEST(Recorders, CountTheSpikesOfASliceInBins) {
  const ExperimentFolder folder(
      with("model = \"population_rate_recorder\"\nsource = \"exc[10:60]\"\nbin = \"4 ms\"\n"));
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  std::vector<std::uint64_t> expected(37);  // the 38th bin would end after the run
  for (const Spike& spike : recorded_spikes(folder)) {
    const auto bin = static_cast<std::size_t>((spike.time - Time::from_ms(50)).ticks / Delay::from_ms(4).ticks);
    if (spike.neuron >= 10 && spike.neuron < 60 && bin < expected.size()) ++expected[bin];
  }
  const RecordedRates rates = read_rate_file(folder.path("results/rates.h5")).at(0);
  EXPECT_EQ(rates.counts, expected);
  EXPECT_EQ(rates.description.neurons, 50u);
  EXPECT_EQ(rates.description.population, "exc");
  EXPECT_EQ(rates.description.start, Time::from_ms(50));
  const std::string csv = read_text(folder.path("results/rates.csv"));
  EXPECT_THAT(csv, HasSubstr("population_rate_recorder,50.000000000," + std::to_string(expected[0]) + ","));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 38);
  EXPECT_THAT(call({"info", folder.path("results/rates.h5")}).out, HasSubstr("37"));
}

// Nobody fires in most of these bins.
TEST(Recorders, CountBinsWithoutASpike) {
  const ExperimentFolder folder(with("model = \"population_rate_recorder\"\nsource = \"exc[0:1]\"\nbin = \"1 us\"\n"));
  ASSERT_EQ(folder.run().code, 0);
  const RecordedRates rates = read_rate_file(folder.path("results/rates.h5")).at(0);
  ASSERT_EQ(rates.counts.size(), 150'000u);
  for (const Spike& spike : recorded_spikes(folder))
    if (spike.neuron == 0)
      EXPECT_EQ(rates.counts[static_cast<std::size_t>((spike.time - Time::from_ms(50)).ticks / 1'000'000)], 1u);
}

constexpr const char* plastic_experiment = R"(
[simulation]
duration = "100 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 20
params = { rate = "100 Hz" }
[[population]]
name = "out"
model = "iaf_psc_delta"
size = 10
params = { E_L = "0 mV", V_th = "5 mV", V_reset = "0 mV" }
[[projection]]
name = "learned"
source = "in"
target = "out"
rule = "all_to_all"
synapse = "stdp_synapse"
weight = "1 mV"
delay = "1 ms"
delay_split = "dendritic"
[[recorder]]
name = "course"
model = "weight_recorder"
projection = "learned"
source = "in[5:]"
target = "out[2:4]"
interval = "7 ms"
start = "10 ms"
[[recorder]]
model = "weights"
projection = "learned"
)";

// Against runs that end at the instants of the samples, and their final weights.
TEST(Recorders, SampleWeightsAsARunThatEndsThereLeavesThem) {
  const ExperimentFolder folder(plastic_experiment);
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const RecordedWeightCourse course = read_weight_course_file(folder.path("results/course.h5")).at(0);
  EXPECT_EQ(course.description.projection.name, "learned");
  EXPECT_EQ(course.description.unit, "mV");
  ASSERT_EQ(course.description.sources.size(), 30u);
  ASSERT_EQ(course.weights.size(), 13u * 30u);
  EXPECT_NE(std::vector<double>(course.weights.begin(), course.weights.begin() + 30),
            std::vector<double>(course.weights.end() - 30, course.weights.end()));
  for (const std::size_t row : {0u, 5u, 12u}) {
    const std::string end = std::to_string(10 + 7 * row);
    ASSERT_EQ(call({"run", folder.file(), "-q", "-o", folder.path("to" + end), "--set", "simulation.duration=" + end, "--set",
                    "recorder[0].start=0"}).code, 0);
    const RecordedProjection weights = read_weight_file(folder.path("to" + end + "/weights.h5")).at(0);
    std::vector<double> expected;
    for (std::size_t s = 0; s < weights.weights.size(); ++s)
      if (weights.sources[s] >= 5 && weights.targets[s] >= 2 && weights.targets[s] < 4)
        expected.push_back(weights.weights[s]);
    EXPECT_EQ(std::vector<double>(course.weights.begin() + static_cast<std::ptrdiff_t>(30 * row),
                                  course.weights.begin() + static_cast<std::ptrdiff_t>(30 * row + 30)),
              expected);
  }
}

TEST(Recorders, DoNotChangeTheSpikes) {
  const ExperimentFolder folder(plastic_experiment);
  ASSERT_EQ(folder.run().code, 0);
  const auto hash = folder.result().at("spike_hash");
  ASSERT_EQ(folder.run({"--overwrite", "--set", "recorder[0].interval=0.3"}).code, 0);
  EXPECT_EQ(folder.result().at("spike_hash"), hash);
}

TEST(Recorders, SummariseWhatWasRecorded) {
  const ExperimentFolder folder;
  const CliCall run = folder.run({"--statistics"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("ISI CV"));
  const std::vector<Spike> spikes = recorded_spikes(folder);
  const nlohmann::json row = folder.result().at("statistics").at(0);
  EXPECT_EQ(row.at("population"), "exc");
  EXPECT_EQ(row.at("spikes"), spikes.size());
  EXPECT_EQ(row.at("rate_hz"), folder.result().at("populations").at(0).at("rate_hz"));
  EXPECT_DOUBLE_EQ(row.at("cv").get<double>(), interval_cv(spikes, 100).mean);
  const Correlation correlation =
      pairwise_correlation(spikes, 100, Time::from_ms(50), Delay::from_ms(150), Delay::from_ms(5));
  EXPECT_DOUBLE_EQ(row.at("correlation").get<double>(), correlation.mean);
  ASSERT_EQ(folder.run({"--overwrite"}).code, 0);
  EXPECT_TRUE(folder.result().at("statistics").empty());
}

void expect_refused(const std::string& recorder, const std::string& message) {
  const ExperimentFolder folder(with(recorder));
  const CliCall run = folder.run();
  EXPECT_EQ(run.code, 3) << recorder;
  EXPECT_THAT(run.err, HasSubstr(message)) << recorder;
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
}

TEST(Recorders, RefuseWhatTheyCannotRecord) {
  expect_refused("model = \"multimeter\"\nsource = \"exc\"\nstart = 10\n", "from the end of the warm-up at 50 ms");
  expect_refused("model = \"multimeter\"\nsource = \"exc\"\nstart = 200\n", "would start at 200 ms");
  expect_refused("model = \"multimeter\"\nsource = \"exc\"\nstart = 90\nstop = 90\n", "not after start = 90 ms");
  expect_refused("model = \"multimeter\"\nsource = \"exc\"\nstop = 20\n", "not after the start at 50 ms");
  expect_refused("model = \"spike_recorder\"\nsource = \"exc\"\nstart = 90\n", "the same start and stop");
  expect_refused("model = \"population_rate_recorder\"\nsource = \"exc\"\nbin = 0\n", "'recorder[1].bin'");
  expect_refused("model = \"population_rate_recorder\"\nsource = \"exc\"\nbinn = 1\n", "did you mean 'bin'");
  expect_refused("model = \"weight_recorder\"\nprojection = \"exc_exc\"\n", "interval");
  expect_refused("model = \"weight_recorder\"\nprojection = \"exc_exc\"\ninterval = 1\n", "its synapses are static");
  expect_refused("model = \"weight_recorder\"\nname = \"rates\"\nprojection = \"exc_exc\"\ninterval = 1\n",
                 "the name of another result file");
}

TEST(Recorders, RefuseNeuronsOfAnotherPopulationThanTheProjections) {
  const ExperimentFolder folder(plastic_experiment);
  const CliCall run = folder.run({"--set", "recorder[0].target=in"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("not the target of the projection; allowed: 'out'"));
}

}  // namespace
}  // namespace synop
