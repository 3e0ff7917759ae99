#include <string>

#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"

namespace synop {
namespace {

using namespace test;

const std::string network = simulation + exc_population + in_population +
                            "[[projection]]\nname = \"plastic\"\nsource = \"in\"\ntarget = \"exc\"\nrule = \"all_to_all\"\n";
const std::string spikes = "[[reward]]\nmodel = \"volume_transmitter\"\n";
const std::string times = "[[reward]]\nmodel = \"reward_generator\"\nprojection = \"plastic\"\n";
const std::string pairs =
    "[[reward]]\nmodel = \"coincidence_detector\"\nprojection = \"plastic\"\npre = \"in[0:1]\"\npost = \"exc[3:5]\"\n";

void expect_reward_refused(const std::string& before, const BadFile& file, const std::string& after = "") {
  expect_refused(file, network + before, after);
}

TEST(RewardErrors, OfWhatIsRewardedNameKeyAndPosition) {
  const std::string rest = "source = \"in\"\ndelay = 1\n";
  expect_reward_refused(spikes + rest, {"projection = @@\"plastc\"\n", "reward[0].projection",
                                        "value \"plastc\" names no projection (did you mean 'plastic'?)"});
  expect_reward_refused(spikes + rest, {"projection = [\"plastic\", @@\"plastic\"]\n", "reward[0].projection[1]", "is given twice"});
  expect_reward_refused(spikes + rest, {"projection = @@[]\n", "reward[0].projection", "at least one projection"});
  expect_reward_refused(spikes + rest, {"projection = @@3\n", "reward[0].projection", "the name of a projection"});
  expect_refused({"@@[[reward]]\nmodel = \"volume_transmitter\"\nsource = \"in\"\ndelay = 1\n", "reward[0].projection", "missing"},
                 network, "");
  expect_refused({"[[reward]]\nprojection = \"plastic\"\nmodel = @@\"volume_transmiter\"\n", "reward[0].model",
                  "allowed: volume_transmitter, reward_generator, coincidence_detector; did you mean 'volume_transmitter'?"},
                 network, "");
}

TEST(RewardErrors, OfSpikesAndDelaysNameKeyAndPosition) {
  const std::string begin = spikes + "projection = \"plastic\"\n";
  expect_reward_refused(begin + "delay = 1\n",
                        {"source = @@\"inn\"\n", "reward[0].source", "names no population (did you mean 'in'?)"});
  expect_reward_refused(begin + "delay = 1\nsource = \"in\"\n", {"@@window = 3\n", "reward[0].window", "there is no key"});
  const BadFile delays[] = {
      {"delay = @@0\n", "reward[0].delay", "allowed: [0.1, 9200000000] ms"},
      {"delay = @@\"50 us\"\n", "reward[0].delay", "allowed: [0.1, 9200000000] ms"},
      {"delay = @@\"1 mV\"\n", "reward[0].delay", "mV"},
      {"delay = @@{ normal = [\"1 s\", \"1 ms\"], low = \"1 ms\", outside = \"redraw\" }\n", "reward[0].delay",
       "allowed: one delay, or { uniform = [low, high] }"},
      {"delay = 1\namount = @@2e6\n", "reward[0].amount", "allowed: [-1000000, 1000000]"},
      {"delay = 1\namount = @@nan\n", "reward[0].amount", "not a finite number"},
  };
  for (const BadFile& file : delays) expect_reward_refused(begin + "source = \"in\"\n", file);
  expect_reward_refused(begin + "source = \"in\"\n",
                        {"delay = { uniform = [@@0, 3] }\n", "reward[0].delay.uniform[0]", "[0.1, 9200000000] ms"});
}

TEST(RewardErrors, OfCoincidencesNameKeyAndPosition) {
  expect_reward_refused(pairs + "delay = 1\n", {"window = @@0\n", "reward[0].window", "allowed: (0, 9200000000] ms"});
  expect_reward_refused(pairs + "window = 1\n", {"@@source = \"in\"\ndelay = 1\n", "reward[0].source", "there is no key 'source'"});
  expect_refused({"@@[[reward]]\nmodel = \"coincidence_detector\"\nprojection = \"plastic\"\npre = \"in\"\nwindow = 1\ndelay = 1\n",
                  "reward[0].post", "missing"},
                 network, "");
}

TEST(RewardErrors, OfGivenTimesNameKeyAndPosition) {
  const BadFile lists[] = {
      {"reward_times = [1, @@1]\nreward_values = [1, 1]\n", "reward[0].reward_times[1]", "ascending times"},
      {"reward_times = [1, 2]\nreward_values = @@[1]\n", "reward[0].reward_values", "the array has 1 values and reward_times has 2"},
      {"reward_times = [@@-1]\nreward_values = [1]\n", "reward[0].reward_times[0]", "allowed: [0,"},
      {"reward_times = [1]\nreward_values = [@@inf]\n", "reward[0].reward_values[0]", "not a finite number"},
      {"reward_times = @@1\nreward_values = [1]\n", "reward[0].reward_times", "an array of times"},
      {"reward_times = [1]\nreward_values = [1]\n@@amount = 2\n", "reward[0].amount", "there is no key"},
  };
  for (const BadFile& file : lists) expect_reward_refused(times, file);
}

TEST(RewardErrors, OfNamesAreThoseOfOtherSections) {
  const std::string one = spikes + "projection = \"plastic\"\nsource = \"in\"\ndelay = 1\nname = \"a\"\n";
  expect_reward_refused(one + spikes + "projection = \"plastic\"\nsource = \"in\"\ndelay = 1\n",
                        {"name = @@\"a\"\n", "reward[1].name", "already the name of another reward"});
}

}  // namespace
}  // namespace synop
