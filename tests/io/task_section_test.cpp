#include "synop/io/experiment/task_section.hpp"

#include <gtest/gtest.h>

#include "support/fake_catalogue.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {
namespace {

TEST(TaskSection, HoldsItsSettingsAndDefaults) {
  const Experiment experiment = parse_experiment(R"(
[[population]]
name = "pixels"
model = "poisson_population"
size = 784
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 400
[[projection]]
source = "pixels"
target = "exc"
rule = "all_to_all"
synapse = "stdp_synapse"
[task]
type = "unsupervised_classification"
input = "pixels"
readout = "exc"
presentation = "350 ms"
rest = "150 ms"
[task.dataset]
source = "idx"
path = "mnist"
[task.between_samples]
reset_state = false
normalize = { projection = "pixels_exc", total = 78.4, every = "presentation" }
repeat_when_silent = { min_spikes = 5, rate_step = "32 Hz", max_repeats = 10 }
[[task.phase]]
samples = 50000
role = "train"
[[task.phase]]
first = 50000
samples = 10000
role = "test"
homeostasis = true
)",
                                                 "folder/file.toml", test::fake_catalogue());
  ASSERT_TRUE(experiment.task);
  const TaskSection& task = *experiment.task;
  EXPECT_EQ(task.input, 0u);
  EXPECT_EQ(task.readout, 1u);
  EXPECT_EQ(task.presentation, Delay::from_ms(350.0));
  EXPECT_EQ(task.dataset.path, std::filesystem::path("folder/mnist"));
  EXPECT_EQ(task.encoder.max_rate, 63.75);
  EXPECT_FALSE(task.between_samples.reset_state);
  EXPECT_EQ(task.between_samples.normalize->size, 78.4);
  EXPECT_EQ(task.between_samples.normalize->every, NormalizeSection::Every::presentation);
  EXPECT_EQ(task.between_samples.repeat_when_silent->max_repeats, 10u);
  ASSERT_EQ(task.phases.size(), 2u);
  EXPECT_EQ(task.phases[0].name, "train");
  EXPECT_TRUE(task.phases[0].plasticity && task.phases[0].homeostasis);
  EXPECT_EQ(task.phases[1].first, 50000u);
  EXPECT_FALSE(task.phases[1].plasticity);
  EXPECT_TRUE(task.phases[1].homeostasis);
}

}  // namespace
}  // namespace synop
