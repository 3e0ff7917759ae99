// Tasks on event data and with every encoder: batches on any number of threads, errors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/event_task.hpp"
#include "io/small_circuit.hpp"
#include "support/places.hpp"

namespace synop {
namespace {

using namespace test;
using testing::HasSubstr;

void expect_same_for_every_number_of_threads(const std::string& text) {
  const ExperimentFolder folder(text);
  nlohmann::json first;
  for (const char* threads : {"1", "2", "3", "8"}) {
    const CliCall run = folder.run({"--threads", threads, "--overwrite"});
    ASSERT_EQ(run.code, 0) << run.err;
    const nlohmann::json numbers = numbers_of(folder.result());
    if (first.is_null()) first = numbers;
    EXPECT_EQ(numbers, first) << threads << " threads";
  }
  for (const nlohmann::json& phase : first.at("phases")) EXPECT_GT(phase.at("spikes"), 0) << phase.at("name");
}

TEST(EventTask, GivesTheSameForEveryNumberOfThreads) {
  expect_same_for_every_number_of_threads(task(injector, saccades) + phases);
}

TEST(EventTask, GivesTheSameForEveryNumberOfThreadsWithEveryEncoder) {
  const std::string digits = "source = \"generated\"\n[task.encoder]\n";
  expect_same_for_every_number_of_threads(
      task("model = \"poisson_population\"", digits + "type = \"poisson_rate\"\n", "", 784) + phases);
  expect_same_for_every_number_of_threads(task(injector, digits + "type = \"regular_rate\"\n", "", 784) + phases);
  expect_same_for_every_number_of_threads(
      task(injector, digits + "type = \"latency\"\ncourse = \"linear\"\nt_max = \"50 ms\"\nthreshold = 0.1\n", "",
           784) +
      phases);
  expect_same_for_every_number_of_threads(
      task(injector, digits + "type = \"latency\"\ncourse = \"logarithmic\"\nt_max = \"50 ms\"\nthreshold = 0.1\n", "",
           784) +
      phases);
  expect_same_for_every_number_of_threads(
      task("model = \"iaf_psc_delta\"", digits + "type = \"direct_current\"\nmax_current = \"500 pA\"\n", "", 784) +
      phases);
}

TEST(EventTask, GoesOnWithoutAResetBetweenTrainingSamples) {
  const std::string going_on = "between_samples = { reset_state = false }\nrest = \"20 ms\"";
  expect_same_for_every_number_of_threads(task(injector, saccades, going_on) + phases);
  expect_same_for_every_number_of_threads(task("model = \"iaf_psc_delta\"",
                                               "source = \"generated\"\n[task.encoder]\ntype = \"direct_current\"\n"
                                               "max_current = \"500 pA\"\n",
                                               going_on, 784) +
                                          phases);
}

// Synthetic events through files of 5 bytes per event are those events at whole microseconds: nearly the same run.
TEST(EventTask, ReadsFilesOfAddressEvents) {
  const ExperimentFolder folder(
      task(injector,
           "source = \"event_bin\"\npath = \"set\"\nclasses = 10\nwidth = 34\nheight = 34\npolarities = 2\n") +
      phases);
  ASSERT_EQ(call({"saccades", "-o", folder.path("set"), "--samples", "50"}).code, 0);
  ASSERT_EQ(folder.check().code, 0) << folder.check().err;
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const ExperimentFolder direct(task(injector, saccades) + phases);
  ASSERT_EQ(direct.run().code, 0);
  const auto operations = [](const ExperimentFolder& of) {
    return of.result().at("phases").at(1).at("operations").at("synaptic_add").get<double>();
  };
  EXPECT_NEAR(operations(folder) / operations(direct), 1.0, 1e-3);
  EXPECT_TRUE(folder.result().at("baselines").empty());
}

TEST(EventTask, ReadsRaggedHdf5WithItsOwnNumberOfClasses) {
  const ExperimentFolder folder(
      task(injector, "source = \"event_hdf5\"\npath = \"s.h5\"\nclasses = 12\nchannels = 30\n", "", 30) +
      "[[task.phase]]\nrole = \"label\"\nsamples = 12\n[[task.phase]]\nrole = \"test\"\nsamples = 12\n");
  std::vector<std::vector<float>> times(12);
  std::vector<std::vector<std::uint16_t>> units(12);
  std::vector<std::int64_t> labels(12);
  for (std::size_t i = 0; i < 12; ++i) {
    labels[i] = static_cast<std::int64_t>(i);
    for (std::size_t k = 0; k < 400; ++k) {
      times[i].push_back(static_cast<float>(k) * 1e-3f);
      units[i].push_back(static_cast<std::uint16_t>((i * 5 + k % 7) % 30));
    }
  }
  HdfFile(folder.path("s.h5"))
      .lists("/spikes/times", H5T_NATIVE_FLOAT, times)
      .lists("/spikes/units", H5T_NATIVE_UINT16, units)
      .ids("/labels", labels);
  const CliCall run = folder.run({"--set", "projection.in_exc.weight={ uniform = [0, 3] }"});
  ASSERT_EQ(run.code, 0) << run.err;
  const nlohmann::json test = folder.result().at("phases").at(1);
  EXPECT_EQ(test.at("confusion").size(), 12u);
  EXPECT_GT(test.at("accuracy"), 0.3) << "samples differ much";
  EXPECT_THAT(run.out, HasSubstr("WARNING: phase 'test': 1188 events come when the presentation of 301 ms is over"));
}

TEST(EventTask, ReadsVectorsFromCsv) {
  std::string rows = "a,b,label,c\n";
  for (int i = 0; i < 10; ++i) rows += fmt::format("{},{},{},{}\n", i % 2 == 0 ? 16 : 0, i % 2 == 0 ? 0 : 16, i % 2, 8);
  const ExperimentFolder folder(
      task(injector,
           "source = \"csv\"\npath = \"v.csv\"\nclasses = 2\nlow = 0\nhigh = 16\n[task.encoder]\ntype = "
           "\"regular_rate\"\nmax_rate = \"1 kHz\"\n",
           "", 3) +
      "[[task.phase]]\nrole = \"label\"\nsamples = 10\n[[task.phase]]\nrole = \"test\"\nsamples = 10\n");
  write_text_file(folder.path("v.csv"), rows);
  const CliCall run = folder.run({"--set", "projection.in_exc.weight={ uniform = [0, 3] }"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(folder.result().at("phases").at(1).at("accuracy"), 1.0);
  write_text_file(folder.path("v.csv"), "a,b,label,c\n0,17,0,0\n");
  EXPECT_THAT(folder.check().err, HasSubstr("v.csv:2: column 'b': value 17 is outside [0, 16]"));
  write_text_file(folder.path("v.csv"), "a,b,label,c\n0,1,2,0\n");
  EXPECT_THAT(folder.check().err, HasSubstr("column 'label': value 2"));
}

// One input neuron for each of three classes, through which alone a sample comes.
TEST(EventTask, TakesNeuronsForClassesWithTheReadoutRuleMostSpikes) {
  const ExperimentFolder folder(R"(
[[population]]
name = "in"
model = "spike_train_injector"
size = 3
[[population]]
name = "out"
model = "iaf_psc_delta"
size = 3
[[projection]]
source = "in"
target = "out"
rule = "one_to_one"
weight = "20 mV"
[task]
type = "unsupervised_classification"
input = "in"
readout = "out"
presentation = "20 ms"
readout_rule = { type = "most_spikes" }
[task.dataset]
source = "event_csv"
path = "list.csv"
classes = 3
width = 3
height = 1
polarities = 1
[[task.phase]]
role = "test"
samples = 4
)");
  write_text_file(folder.path("list.csv"), "file,label\na.csv,0\nb.csv,1\nc.csv,2\nb.csv,2\n");
  for (const auto& [name, x] : {std::pair{"a", 0}, std::pair{"b", 1}, std::pair{"c", 2}})
    write_text_file(folder.path(fmt::format("{}.csv", name)), fmt::format("t_ms,x,y\n1,{0},0\n5,{0},0\n", x));
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const nlohmann::json test = folder.result().at("phases").at(0);
  EXPECT_EQ(test.at("accuracy"), 0.75);
  EXPECT_EQ(test.at("spikes"), 8);
  EXPECT_EQ(test.at("confusion").at(2), (std::vector<int>{0, 1, 1}));
}

TEST(EventTask, RefusesADamagedSampleBeforeAnythingIsWritten) {
  const ExperimentFolder folder(
      task(injector,
           "source = \"event_bin\"\npath = \"set\"\nclasses = 10\nwidth = 34\nheight = 34\npolarities = 2\n") +
      phases);
  ASSERT_EQ(call({"saccades", "-o", folder.path("set"), "--samples", "50"}).code, 0);
  std::string damaged;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path("set")))
    if (entry.path().filename() == "00037.bin") damaged = entry.path().string();
  ASSERT_FALSE(damaged.empty());
  std::ofstream(damaged, std::ios::app) << "xx";
  for (const char* threads : {"1", "3"}) {
    const CliCall run = folder.run({"--threads", threads});
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.err, HasSubstr("00037.bin is truncated"));
    EXPECT_FALSE(std::filesystem::exists(folder.results()));
  }
  EXPECT_EQ(folder.check().code, 3);
  EXPECT_THAT(folder.check({"--set", "task.dataset.width=33"}).err,
              HasSubstr("population 'in' has 2312 neurons, a sample 2244 channels"));
  EXPECT_THAT(folder.check({"--set", "task.phase.test.samples=31"}).err,
              HasSubstr("samples [20, 51) are asked for, the data set has 50"));
}

TEST(EventTask, RunsTheExample) {
  const TemporaryFolder folder;
  const CliCall run = call({"run", test::source_dir() + "/examples/saccades.toml", "-o", (folder / "r").string(), "-q",
                            "--threads", "2", "--set", "task.phase.train.samples=5", "--set",
                            "task.phase.label.samples=20", "--set", "task.phase.test.samples=5"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("synthetic saccades over generated digits, seed 1 (no recording of an event camera)"));
  EXPECT_EQ(run.out.find("WARNING: phase"), std::string::npos) << "the presentation holds all events";
}

TEST(EventTask, NamesAnInputThatTheEncoderCannotDrive) {
  const std::string digits = "source = \"generated\"\n[task.encoder]\n";
  const auto refusal = [](const std::string& text) { return ExperimentFolder(text + phases).check().err; };
  EXPECT_THAT(refusal(task("model = \"poisson_population\"", saccades)),
              HasSubstr("is a poisson_population; allowed: spike_train_injector, for events"));
  EXPECT_THAT(refusal(task(injector, "source = \"generated\"", "", 784)),
              HasSubstr("allowed: poisson_population, for encoder type poisson_rate"));
  EXPECT_THAT(refusal(task(injector, digits + "type = \"direct_current\"\nmax_current = 1\n", "", 784)),
              HasSubstr("is a spike source; allowed with"));
  EXPECT_THAT(refusal(task("model = \"IntFire1\"", digits + "type = \"direct_current\"\nmax_current = 1\n", "", 784)),
              HasSubstr("has no membrane"));
  EXPECT_THAT(refusal(task("model = \"iaf_psc_delta\"", digits + "type = \"latency\"\ncourse = \"linear\"\nt_max = 5\n",
                           "", 784)),
              HasSubstr("is not a spike source"));
  EXPECT_THAT(refusal("[simulation]\nduration = 1\n[[population]]\nname = \"in\"\nsize = 1\n" + injector +
                      "\n[[population]]\nname = \"other\"\nsize = 1\n" + injector + "\n"),
              HasSubstr("task"));
  const CliCall alone =
      ExperimentFolder("[simulation]\nduration = 1\n[[population]]\nname = \"in\"\nsize = 1\n" + injector + "\n")
          .check();
  EXPECT_EQ(alone.code, 3);
  EXPECT_THAT(alone.err, HasSubstr("population 'in' would send nothing"));
}

}  // namespace
}  // namespace synop
