#include <chrono>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/presenter.hpp"

namespace synop {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A result without what is measured by the clock or differs between runs by intent.
nlohmann::json numbers_of(nlohmann::json result) {
  for (const char* key : {"seconds", "peak_memory_bytes", "threads"}) result.erase(key);
  for (nlohmann::json& phase : result.at("phases"))
    for (const char* key : {"seconds", "samples_per_second", "measured"}) phase.erase(key);
  return result;
}

TEST(TaskRun, GivesTheSameForEveryNumberOfThreads) {
  const ExperimentFolder folder(small_task);
  std::vector<nlohmann::json> results;
  for (const char* threads : {"1", "2", "3"}) {
    const CliCall run = folder.run({"--threads", threads, "--overwrite"});
    ASSERT_EQ(run.code, 0) << run.err;
    results.push_back(numbers_of(folder.result()));
    EXPECT_EQ(results.back(), results.front()) << threads << " threads";
  }
  EXPECT_THAT(results[0].at("warnings"), IsEmpty());
  ASSERT_THAT(results[0].at("phases"), SizeIs(3));
  const SpikeFile file = read_spike_file(folder.path("results/spikes.h5"));
  EXPECT_TRUE(file.complete);
  std::uint64_t spikes = 0;
  for (const nlohmann::json& phase : results[0].at("phases")) spikes += phase.at("spikes").get<std::uint64_t>();
  EXPECT_GT(spikes, 0u);
  EXPECT_EQ(file.populations.at(0).spikes.size(), spikes);
}

TEST(TaskRun, WritesTheOutputsThatTheExperimentAsksFor) {
  const ExperimentFolder folder(
      with(small_task, "[task]", "[output]\nspikes = false\ncsv = true\nplots = false\n\n[task]"));
  ASSERT_EQ(folder.run().code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder.path("results/spikes.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("results/raster.svg")));
  EXPECT_THAT(read_text(folder.path("results/spikes.csv")), HasSubstr(",exc,"));
  const nlohmann::json result = folder.result();
  for (const auto& name : result.at("files"))
    EXPECT_TRUE(std::filesystem::exists(folder.path("results/" + name.get<std::string>()))) << name;
}

// A grid of one tick changes nothing; a coarse one is measured, counts nothing and is the same for every number of threads.
TEST(TaskRun, TestsOnceMoreWithSpikesOnAGrid) {
  const ExperimentFolder folder(small_task);
  ASSERT_EQ(folder.run().code, 0);
  const nlohmann::json plain = numbers_of(folder.result());
  const char* const grids = "energy.spike_grids=[\"20 ms\", \"1e-9 ms\"]";
  nlohmann::json first;
  for (const char* threads : {"1", "3"}) {
    const CliCall run = folder.run({"--overwrite", "--threads", threads, "--set", grids});
    ASSERT_EQ(run.code, 0) << run.err;
    const nlohmann::json result = numbers_of(folder.result());
    const nlohmann::json& test = result.at("phases").at(2);
    ASSERT_THAT(test.at("spike_grids"), SizeIs(2));
    EXPECT_EQ(test.at("spike_grids").at(1).at("accuracy"), test.at("accuracy"));
    EXPECT_EQ(test.at("ledger"), plain.at("phases").at(2).at("ledger"));
    if (first.is_null()) first = test;
    EXPECT_EQ(test, first);
  }
}

TEST(TaskRun, CountsSilentTestImagesAsUnanswered) {
  const ExperimentFolder folder(with(small_task, "rate = \"200 Hz\"", "rate = \"0 Hz\""));
  ASSERT_EQ(
      folder.run({"--set", "task.encoder.max_rate=0", "--set", "task.between_samples.repeat_when_silent.max_repeats=0"})
          .code,
      0);
  const nlohmann::json test = folder.result().at("phases").at(2);
  EXPECT_EQ(test.at("silent"), 40);
  EXPECT_EQ(test.at("accuracy"), 0.0);
  for (const auto& row : test.at("confusion"))
    for (const auto& count : row) EXPECT_EQ(count, 0);
}

TEST(TaskRun, WarnsOfTestImagesThatWereTrainedOn) {
  const ExperimentFolder folder(with(small_task, "first = 100\nsamples = 40", "first = 50\nsamples = 20"));
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("WARNING: test images [50, 60) of phase 'test' were also used for training"));
  EXPECT_THAT(run.out, HasSubstr("WARNING: test images [60, 70) of phase 'test' were also used for labelling"));
  EXPECT_THAT(folder.result().at("warnings"), SizeIs(2));
}

TEST(TaskRun, MeasuresBaselinesOnThePhaseThatIsCompared) {
  const ExperimentFolder one(small_task);
  ASSERT_EQ(one.run().code, 0);
  const ExperimentFolder two(with(small_task, "[[task.phase]]\nrole = \"test\"",
                                  "[[task.phase]]\nname = \"other\"\nrole = \"test\"\nfirst = 200\nsamples = 300\n\n"
                                  "[[task.phase]]\nrole = \"test\""));
  ASSERT_EQ(two.run().code, 0);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(one.result().at("baselines").at(i).at("accuracy"), two.result().at("baselines").at(i).at("accuracy"));
}

TEST(TaskRun, LeavesCompleteFilesWhenInterruptedWhileItTrains) {
  const ExperimentFolder folder(small_task);
  std::thread interrupt([&] {
    for (int i = 0; i < 1000 && !std::filesystem::exists(folder.path("results/spikes.h5.part")); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    set_interrupted_by(SIGINT);
  });
  const CliCall run = folder.run({"--set", "task.phase.train.samples=20000"});
  interrupt.join();
  set_interrupted_by(0);
  EXPECT_EQ(run.code, 130) << run.err;
  const nlohmann::json result = folder.result();
  EXPECT_EQ(result.at("complete"), false);
  ASSERT_THAT(result.at("phases"), SizeIs(1));
  EXPECT_GT(result.at("phases").at(0).at("samples"), 0);
  EXPECT_LT(result.at("phases").at(0).at("samples"), 20000);
  const SpikeFile file = read_spike_file(folder.path("results/spikes.h5"));
  EXPECT_TRUE(file.complete);
  EXPECT_EQ(file.populations.at(0).spikes.size(), result.at("phases").at(0).at("spikes"));
  for (const auto& entry : std::filesystem::directory_iterator(folder.results()))
    EXPECT_NE(entry.path().extension(), ".part") << entry.path();
}

// Only the stimulus drives the readout: its noise must be that of the sample.
TEST(TaskRun, NormalisesBeforeEveryPresentationIfToldTo) {
  const auto phases = [](const std::string& text) {
    const ExperimentFolder folder(text);
    const CliCall run = folder.run({});
    EXPECT_EQ(run.code, 0) << run.err;
    return numbers_of(folder.result()).at("phases");
  };
  const std::string repeats = "repeat_when_silent = { min_spikes = 5, rate_step = \"32 Hz\", max_repeats = 3 }\n";
  const std::string each = with(small_task, "total = 78.4", "total = 78.4, every = \"presentation\"");
  const nlohmann::json by_sample = phases(small_task);
  ASSERT_GT(by_sample.at(0).at("presentations"), by_sample.at(0).at("samples"));
  EXPECT_NE(phases(each), by_sample);
  EXPECT_EQ(phases(with(each, repeats, "")), phases(with(small_task, repeats, ""))) << "no sample is shown twice";
}

TEST(Presenter, PreparesEveryPresentation) {
  const Experiment experiment = parse_experiment(small_task, "task.toml", model_catalogue());
  const Network network = compose(experiment).build(build_options(experiment, 1));
  const ImageSet black{28, 28, std::vector<std::uint8_t>(784), {0}, "black"};
  const auto input = encoded_images(black, PoissonRate{}, 1);
  Presenter presenter(experiment, network, *input);
  std::uint32_t prepared = 0;
  presenter.before_presentations([&] { ++prepared; });
  EXPECT_EQ(presenter.present(0, 1).presentations, 4u) << "it excites nobody";
  EXPECT_EQ(prepared, 4u);
}

TEST(Presenter, GivesEverySampleNoiseOfItsOwnAndTheSameSampleTheSame) {
  const std::string text =
      with(with(small_task, "rate = \"200 Hz\"", "rate = \"8 kHz\""), "weight = \"0.3 mV\"", "weight = \"1 mV\"");
  const Experiment experiment = parse_experiment(text, "task.toml", model_catalogue());
  const Network network = compose(experiment).build(build_options(experiment, 1));
  const ImageSet black{28, 28, std::vector<std::uint8_t>(784), {0}, "black"};
  const auto input = encoded_images(black, PoissonRate{}, 1);
  Presenter presenter(experiment, network, *input);
  presenter.simulation().freeze_plasticity(true);
  presenter.simulation().freeze_adaptation(true);
  const std::vector<Spike> first = presenter.present(0, 1).spikes;
  ASSERT_GT(first.size(), 10u);
  EXPECT_NE(presenter.present(0, 2).spikes, first);
  EXPECT_EQ(presenter.present(0, 1).spikes, first);
}

}  // namespace
}  // namespace synop
