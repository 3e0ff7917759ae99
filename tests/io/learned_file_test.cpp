// Tasks that begin with what an earlier run learned.
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/event_task.hpp"
#include "io/small_circuit.hpp"

namespace synop {
namespace {

using namespace test;
using testing::HasSubstr;

TEST(LearnedFile, WorksWithWhatAnEarlierRunLearned) {
  const ExperimentFolder first(task(injector, saccades) + phases);
  ASSERT_EQ(first.run().code, 0);
  const std::string only_test = "[[task.phase]]\nname = \"test\"\nrole = \"test\"\nfirst = 20\nsamples = 30\n";
  const std::string learned = "learned = \"" + first.path("results/weights.h5") + "\"\n";
  const ExperimentFolder second(task(injector, saccades, learned) + only_test);
  const CliCall run = second.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const nlohmann::json expected = numbers_of(first.result()).at("phases").at(2),
                       found = numbers_of(second.result()).at("phases").at(0);
  EXPECT_EQ(found, expected);
  EXPECT_GT(found.at("spikes"), 0);
  // What is written again is the same.
  const ExperimentFolder third(task(injector, saccades, "learned = \"" + second.path("results/weights.h5") + "\"\n") +
                               only_test);
  ASSERT_EQ(third.run().code, 0);
  EXPECT_EQ(numbers_of(third.result()).at("phases").at(0), expected);
}

// Every damaged file is taken or refused with its name, before anything is written.
TEST(LearnedFile, SurvivesDamagedLearnedFiles) {
  const std::string vectors =
      "source = \"csv\"\npath = \"v.csv\"\nclasses = 2\nlow = 0\nhigh = 1\n[task.encoder]\ntype = \"regular_rate\"\n";
  const std::string test = "[[task.phase]]\nrole = \"test\"\nsamples = 1\n";
  const ExperimentFolder first(task(injector, vectors, "", 3) + "[[task.phase]]\nrole = \"label\"\nsamples = 2\n");
  write_text_file(first.path("v.csv"), "label,a,b,c\n0,1,0,1\n1,0,1,0\n");
  ASSERT_EQ(first.run().code, 0);
  const std::string whole = read_text(first.path("results/weights.h5"));
  const ExperimentFolder second(task(injector, vectors, "learned = \"w.h5\"\n", 3) + test);
  write_text_file(second.path("v.csv"), "label,a,b,c\n0,1,0,1\n");
  std::mt19937 random(4);
  int refused = 0;
  for (int trial = 0; trial < 40; ++trial) {
    std::string damaged = whole;
    if (trial % 4 == 0) damaged.resize(random() % damaged.size());
    for (unsigned n = 1 + random() % 20; n > 0; --n) damaged[random() % damaged.size()] = static_cast<char>(random());
    std::ofstream(second.path("w.h5"), std::ios::binary) << damaged;
    std::filesystem::remove_all(second.results());
    const CliCall run = second.run();
    if (run.code == 0) continue;
    ++refused;
    EXPECT_TRUE(run.code == 3 || run.code == 4 || run.code == 5) << run.code;
    EXPECT_THAT(run.err, HasSubstr("w.h5"));
    EXPECT_FALSE(std::filesystem::exists(second.results()));
  }
  EXPECT_GT(refused, 5);
}

TEST(LearnedFile, NeedsALabelPhaseAfterALearnedFileWithoutClasses) {
  const ExperimentFolder first(task(injector, saccades) + "[[task.phase]]\nrole = \"train\"\nsamples = 3\n");
  ASSERT_EQ(first.run().code, 0);
  const std::string learned = "learned = \"" + first.path("results/weights.h5") + "\"\n";
  const std::string label = "[[task.phase]]\nrole = \"label\"\nsamples = 3\n",
                    test = "[[task.phase]]\nrole = \"test\"\nsamples = 3\n";
  const CliCall without = ExperimentFolder(task(injector, saccades, learned) + test).run();
  EXPECT_EQ(without.code, 3);
  EXPECT_THAT(without.err,
              HasSubstr("weights.h5' holds no classes of the readout, so the phase 'test' needs one with role"));
  EXPECT_EQ(ExperimentFolder(task(injector, saccades, learned) + label + test).run().code, 0);
}

TEST(LearnedFile, RefusesALearnedFileOfAnotherNetwork) {
  const std::string only_test = "[[task.phase]]\nrole = \"test\"\nsamples = 2\n";
  const ExperimentFolder folder(task(injector, saccades, "learned = \"w.h5\"\n") + only_test);
  const auto refusal = [&] {
    const CliCall run = folder.run();
    EXPECT_FALSE(std::filesystem::exists(folder.results())) << "nothing half done";
    return run.err;
  };
  EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("key 'task.learned': cannot open '"), HasSubstr("w.h5': No such file")));
  const auto edges = [&](const std::string& name, std::vector<std::int64_t> sources,
                         const std::vector<double>& weights) {
    const std::vector<std::int64_t> targets(sources.size());
    HdfFile(folder.path("w.h5"))
        .ids("/edges/" + name + "/source_node_id", sources)
        .ids("/edges/" + name + "/target_node_id", targets)
        .reals("/edges/" + name + "/0/syn_weight", weights)
        .reals("/learned/thresholds/exc", std::vector<double>(20));
  };
  edges("in_exd", {0}, {1.0});
  EXPECT_THAT(
      refusal(),
      HasSubstr("belongs to 'in_exd', which is no plastic projection of the experiment (did you mean 'in_exc'?)"));
  edges("in_exc", {0}, {1.0});
  EXPECT_THAT(refusal(), HasSubstr("syn_weight' of"));
  EXPECT_THAT(refusal(), HasSubstr("has 1 rows; the experiment needs 46240"));
  edges("in_exc", std::vector<std::int64_t>(46240, 3), std::vector<double>(46240, 1.0));
  EXPECT_THAT(refusal(), HasSubstr("row 0 is a synapse from 3 to 0, where the experiment has one from 0 to 0"));
  std::vector<double> weights(46240, 1.0);
  weights[7] = std::numeric_limits<double>::quiet_NaN();
  edges("in_exc", std::vector<std::int64_t>(46240, 3), weights);
  EXPECT_THAT(refusal(), HasSubstr("holds nan at row 7; it must be finite"));
  HdfFile(folder.path("w.h5")).reals("/learned/thresholds/exc", std::vector<double>(20));
  EXPECT_THAT(refusal(), HasSubstr("holds nothing for 'in_exc', a plastic projection"));
}

}  // namespace
}  // namespace synop
