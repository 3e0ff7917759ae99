#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/weight_file.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

// A presynaptic spike that is at the synapse at 11 ms and a postsynaptic one at `post` ms, taught; nothing else happens.
std::string pair_experiment(const std::string& post, const std::string& rewards) {
  return fmt::format(R"([simulation]
duration = "2 s"
[[population]]
name = "pre"
model = "spike_generator"
size = 1
spike_times = [10]
[[population]]
name = "teacher"
model = "spike_generator"
size = 1
spike_times = [{}]
[[population]]
name = "post"
model = "iaf_psc_delta"
size = 1
[[projection]]
name = "plastic"
source = "pre"
target = "post"
rule = "all_to_all"
synapse = "stdp_dopamine_synapse"
params = {{ Aplus = 0.2, Aminus = 0.3, Wmax = 5 }}
weight = "2 mV"
delay = "1 ms"
delay_split = "axonal"
[[projection]]
name = "teaching"
source = "teacher"
target = "post"
rule = "all_to_all"
weight = "30 mV"
delay = "0 ms"
[[recorder]]
model = "weights"
projection = "plastic"
{})",
                     post, rewards);
}

constexpr const char* three_rewards = R"([[reward]]
model = "reward_generator"
projection = "plastic"
reward_times = ["100 ms", "0.25 s", "1 s"]
reward_values = [1, -0.5, 2]
)";

double only_weight(const ExperimentFolder& folder) {
  return read_weight_file(folder.path("results/weights.h5")).at(0).weights.at(0);
}

// w = w0 + the integral of c n, c = 0.2 exp(-4 / 20) exp(-(t - 15) / 1000), n = sum of r / 200 exp(-(t - t_r) / 200).
double weight_after(const std::vector<std::pair<double, double>>& rewards, double end) {
  double w = 2.0;
  for (const auto& [at, amount] : rewards) {
    const double c = 0.2 * std::exp(-4.0 / 20.0) * std::exp(-(at - 15.0) / 1000.0);
    const double tau = 1.0 / (1.0 / 1000.0 + 1.0 / 200.0);
    w += c * amount / 200.0 * tau * (1.0 - std::exp(-(end - at) / tau));
  }
  return w;
}

TEST(Rewards, AtGivenTimesChangeAWeightAsInClosedForm) {
  const ExperimentFolder folder(pair_experiment("15", three_rewards));
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_NEAR(only_weight(folder), weight_after({{100, 1}, {250, -0.5}, {1000, 2}}, 2000), 2e-7);
  const nlohmann::json given = folder.result()["rewards"][0];
  EXPECT_EQ(given["name"], "reward_generator");
  EXPECT_EQ(given["count"], 3);
  EXPECT_DOUBLE_EQ(given["total"].get<double>(), 2.5);
  EXPECT_THAT(run.out, HasSubstr("reward_generator                  3              2.5"));
}

TEST(Rewards, OfEverySpikeOfAPopulationComeAfterTheDelay) {
  const std::string dopamine =
      "[[population]]\nname = \"dopamine\"\nmodel = \"spike_generator\"\nsize = 3\nspike_times = [[50, 300], [50], [60]]\n"
      "[[reward]]\nmodel = \"volume_transmitter\"\nprojection = [\"plastic\"]\nsource = \"dopamine[0:2]\"\n"
      "delay = \"50.5 ms\"\namount = 0.7\n";
  const ExperimentFolder folder(pair_experiment("15", dopamine));
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_NEAR(only_weight(folder), weight_after({{100.5, 1.4}, {350.5, 0.7}}, 2000), 2e-7);
  EXPECT_EQ(folder.result()["rewards"][0]["count"], 3);
  // One that would come at the end of the run, or later, does not.
  ASSERT_EQ(folder.run({"--overwrite", "--set", "simulation.duration=350.5"}).code, 0);
  EXPECT_EQ(folder.result()["rewards"][0]["count"], 2);
  ASSERT_EQ(folder.run({"--overwrite", "--set", "simulation.duration=350.5001"}).code, 0);
  EXPECT_EQ(folder.result()["rewards"][0]["count"], 3);
}

// How many of these posts are rewarded: each that comes after a pre, at most the window after the latest one.
TEST(Rewards, OfCoincidencesAreThoseWithinTheWindow) {
  const auto count = [](const std::string& pre, const std::string& post) {
    const ExperimentFolder folder(fmt::format(
        "[simulation]\nduration = \"1 s\"\n"
        "[[population]]\nname = \"a\"\nmodel = \"spike_generator\"\nsize = 2\nspike_times = [{}, [5, 500]]\n"
        "[[population]]\nname = \"b\"\nmodel = \"spike_generator\"\nsize = 2\nspike_times = [[5, 500], {}]\n"
        "[[population]]\nname = \"c\"\nmodel = \"iaf_psc_delta\"\nsize = 1\n"
        "[[projection]]\nsource = \"a\"\ntarget = \"c\"\nrule = \"all_to_all\"\nsynapse = \"stdp_dopamine_synapse\"\n"
        "[[reward]]\nmodel = \"coincidence_detector\"\nprojection = \"a_c\"\npre = \"a[0:1]\"\npost = \"b[1:2]\"\n"
        "window = \"10 ms\"\ndelay = \"0.1 ms\"\n",
        pre, post));
    const CliCall run = folder.run();
    EXPECT_EQ(run.code, 0) << run.err;
    return folder.result()["rewards"][0]["count"].get<int>();
  };
  EXPECT_EQ(count("[100]", "[110]"), 1);
  EXPECT_EQ(count("[100]", "[110.000000001]"), 0);
  EXPECT_EQ(count("[100]", "[100]"), 0) << "at the same instant none follows the other";
  EXPECT_EQ(count("[100]", "[100.000000001]"), 1);
  EXPECT_EQ(count("[100]", "[99.9]"), 0);
  EXPECT_EQ(count("[100]", "[101, 104]"), 2);
  EXPECT_EQ(count("[100, 104]", "[104, 113]"), 2) << "the one at 100 ms precedes 104, the one at 104 precedes 113";
  EXPECT_EQ(count("[9.95]", "[10.05]"), 1) << "in two windows of the simulation";
  EXPECT_EQ(count("[100, 700]", "[105, 300, 705, 708, 711]"), 3);
}

// 60 neurons, plastic among themselves, that are rewarded in all three ways.
constexpr const char* circuit = R"(seed = 12
[simulation]
duration = "500 ms"
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 60
params = { tau_m = "10 ms" }
[[population]]
name = "dopamine"
model = "poisson_population"
size = 20
params = { rate = "5 Hz" }
[[projection]]
name = "plastic"
source = "exc"
target = "exc"
rule = "fixed_indegree"
indegree = 20
synapse = "stdp_dopamine_synapse"
params = { Aplus = 0.05, Aminus = 0.06, Wmax = 2 }
weight = { uniform = ["0.2 mV", "1 mV"] }
delay = { uniform = ["0.7 ms", "3 ms"] }
delay_split = { dendritic_fraction = 0.4 }
[[projection]]
name = "other"
source = "exc[0:10]"
target = "exc"
rule = "all_to_all"
synapse = "stdp_dopamine_synapse"
params = { Aplus = 0.05, Aminus = 0.06, Wmax = 2 }
weight = "0.5 mV"
delay = "1.2 ms"
delay_split = "dendritic"
[[stimulus]]
model = "poisson_generator"
target = "exc"
rate = "1 kHz"
weight = "2 mV"
[[reward]]
name = "pairs"
model = "coincidence_detector"
projection = ["plastic", "other"]
pre = "exc[0:4]"
post = "exc[4:9]"
window = "7 ms"
delay = { uniform = ["0.3 ms", "200 ms"] }
amount = 0.4
[[reward]]
name = "spikes"
model = "volume_transmitter"
projection = "plastic"
source = "dopamine[5:]"
delay = "0.2 ms"
amount = -0.1
[[reward]]
name = "times"
model = "reward_generator"
projection = "other"
reward_times = [0, 300.5, 420]
reward_values = [1, 2, -1]
[[recorder]]
model = "weights"
projection = "plastic"
[[recorder]]
name = "of_other"
model = "weights"
projection = "other"
[output]
plots = false
)";

// Rewards of the circuit worked out anew, from all spikes so far, at every stop.
struct Reward {
  Time time;
  std::uint32_t section;
  std::size_t number;
  double amount;
  friend auto operator<=>(const Reward&, const Reward&) = default;
};

std::vector<Reward> rewards_of(const std::vector<Spike>& exc, const std::vector<Spike>& dopamine) {
  std::vector<Reward> rewards;
  RandomStream random(12, Purpose::reward_delay, 0);
  for (const Spike& post : exc) {
    if (post.neuron < 4 || post.neuron >= 9) continue;
    const bool follows = std::any_of(exc.begin(), exc.end(), [&](const Spike& pre) {
      return pre.neuron < 4 && pre.time < post.time && post.time <= pre.time + Delay::from_ms(7);
    });
    if (!follows) continue;
    const double ticks = random.uniform() * 199.7e9;
    rewards.push_back({post.time + Delay::from_ms(0.3) + Delay{static_cast<std::int64_t>(ticks)}, 0, rewards.size(), 0.4});
  }
  std::size_t number = 0;
  for (const Spike& spike : dopamine)
    if (spike.neuron >= 5) rewards.push_back({spike.time + Delay::from_ms(0.2), 1, number++, -0.1});
  rewards.push_back({Time{}, 2, 0, 1.0});
  rewards.push_back({Time::from_ms(300.5), 2, 1, 2.0});
  rewards.push_back({Time::from_ms(420), 2, 2, -1.0});
  std::sort(rewards.begin(), rewards.end());
  return rewards;
}

// The second method: a program that gives the same rewards by Simulation::reward.
struct ByHand {
  std::map<std::string, std::vector<double>> weights;
  std::uint64_t hash = 0;
  std::array<int, 3> given{};
};

ByHand rewarded_by_hand(int threads) {
  const Experiment experiment = parse_experiment(circuit, "circuit.toml", model_catalogue());
  const Network network = compose(experiment).build();
  Simulation simulation(network, {threads});
  SpikeRecorder exc({0}), dopamine({1});
  SpikeHash hash;
  for (Observer* o : std::initializer_list<Observer*>{&exc, &dopamine, &hash}) simulation.attach(*o);
  const Time end = Time::from_ms(500);
  ByHand result;
  std::size_t given = 0;
  while (simulation.now() < end) {
    const std::vector<Reward> all = rewards_of(exc.spikes(), dopamine.spikes());
    for (; given < all.size() && all[given].time <= simulation.now(); ++given) {
      EXPECT_EQ(all[given].time, simulation.now());
      ++result.given[all[given].section];
      if (all[given].section != 2) simulation.reward({0}, all[given].amount);
      if (all[given].section != 1) simulation.reward({1}, all[given].amount);
    }
    const Time next = given < all.size() ? all[given].time : end;
    simulation.run_until(std::min({end, next, simulation.now() + Delay::from_ms(0.15)}));
  }
  result.weights["plastic"] = simulation.synapses({0}).weights;
  result.weights["other"] = simulation.synapses({1}).weights;
  result.hash = hash.value();
  return result;
}

TEST(Rewards, OfAnExperimentAreThoseThatAProgramGivesBitForBit) {
  const ByHand expected = rewarded_by_hand(1);
  for (const int given : expected.given) EXPECT_GT(given, 2);
  const std::string often = std::string(circuit) +
                            "[[recorder]]\nname = \"course\"\nmodel = \"weight_recorder\"\nprojection = \"other\"\n"
                            "interval = \"0.83 ms\"\n";
  for (const std::string& text : {std::string(circuit), often})  // the second one stops elsewhere too
    for (const int threads : {1, 3}) {
      const ExperimentFolder folder(text);
      const CliCall run = folder.run({"--threads", std::to_string(threads)});
      ASSERT_EQ(run.code, 0) << run.err;
      for (const RecordedProjection& p : read_weight_file(folder.path("results/weights.h5")))
        EXPECT_EQ(p.weights, expected.weights.at(p.name.name)) << p.name.name << ", " << threads << " threads";
      const nlohmann::json result = folder.result();
      EXPECT_EQ(result["spike_hash"], fmt::format("{:016x}", expected.hash)) << threads << " threads";
      for (std::size_t r = 0; r < 3; ++r) EXPECT_EQ(result["rewards"][r]["count"], expected.given[r]);
    }
  EXPECT_EQ(rewarded_by_hand(3).weights, expected.weights);
}

TEST(Rewards, WithoutAnyTheWeightsStay) {
  const ExperimentFolder folder(circuit);
  ASSERT_EQ(folder.run({"--set", "reward.pairs.amount=0", "--set", "reward.spikes.amount=0", "--set",
                        "reward.times.reward_values=[0, 0, 0]"})
                .code,
            0);
  for (const RecordedProjection& p : read_weight_file(folder.path("results/weights.h5")))
    if (p.name.name == "other")
      for (const double w : p.weights) EXPECT_EQ(w, 0.5);
}

TEST(Rewards, AreShownByCheck) {
  const ExperimentFolder folder(circuit);
  const CliCall text = folder.check();
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("reward pairs: coincidence_detector, every spike of exc[4:9] up to 7 ms after one of "
                                  "exc[0:4]: 0.4 after a delay of uniform [0.3, 200) ms\n    to plastic, other\n"));
  EXPECT_THAT(text.out, HasSubstr("reward spikes: volume_transmitter, every spike of dopamine[5:20]: -0.1 after a delay of 0.2 ms"));
  EXPECT_THAT(text.out, testing::Not(HasSubstr("no reward is given")));
  const nlohmann::json json = folder.check({"--json"}).json();
  EXPECT_EQ(json["rewards"].size(), 3u);
  EXPECT_EQ(json["rewards"][0]["projections"], (nlohmann::json{"plastic", "other"}));
}

TEST(Rewards, AreRefusedWhereNoneCanBeTaken) {
  const auto expect_refused = [](const std::string& text, const std::string& key, const std::string& says) {
    const ExperimentFolder folder(text);
    for (const CliCall& refused : {folder.check(), folder.run()}) {
      EXPECT_EQ(refused.code, 3) << refused.err;
      EXPECT_THAT(refused.err, testing::AllOf(HasSubstr(key), HasSubstr(says)));
    }
    EXPECT_FALSE(std::filesystem::exists(folder.results()));
  };
  const std::string late = "[[reward]]\nmodel = \"reward_generator\"\nprojection = \"plastic\"\nreward_times = [5, 2000]\nreward_values = [1, 1]\n";
  expect_refused(pair_experiment("15", late), "key 'reward[0].reward_times'",
                 "'reward_generator' would give a reward at 2000 ms; allowed: before the end of the run at 2000 ms");
  const std::string fixed = "[[reward]]\nmodel = \"volume_transmitter\"\nprojection = \"teaching\"\nsource = \"pre\"\ndelay = 1\n";
  expect_refused(pair_experiment("15", fixed), "key 'reward[0].projection'",
                 "projection 'teaching' takes no reward: its synapses are of static_synapse; allowed: projections with "
                 "stdp_dopamine_synapse");
}

}  // namespace
}  // namespace synop
