// Every model of the catalogue in a network of its own: its export runs with the same spikes, or it is refused by name.
#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

constexpr const char* head = "seed = 11\n[simulation]\nduration = \"150 ms\"\n";
constexpr const char* tail = "[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"cells\"\n";
// They fire without input too, so that windows and horizons count.
constexpr const char* cells = R"([[population]]
name = "cells"
model = "iaf_psc_exp"
size = 30
params = { I_e = "400 pA", t_ref = "1 ms" }
V_m = { uniform = ["-70 mV", "-56 mV"] }
)";

std::string neuron(const ModelEntry& model) {
  const std::map<std::string, std::string> weights{{"mV", "9.7"}, {"pA", "1900.3"}, {"nS", "80.1"}, {"", "1.1"}};
  return fmt::format("[[population]]\nname = \"cells\"\nmodel = \"{}\"\nsize = 30\n[[stimulus]]\nmodel = \"poisson_generator\"\n"
                     "target = \"cells[3:30]\"\nrate = \"300 Hz\"\nweight = {}\ndelay = 0.3\n",
                     model.name, weights.at(model.weight_unit));
}

std::string source(const ModelEntry& model) {
  const std::map<std::string, std::string> keys{
      {"poisson_population", "params = { rate = \"200 Hz\" }"},
      {"spike_generator", "spike_times = [[1, 1, 7.3], [0, 33.333333333]]"},
      {"spike_train_injector", ""}};
  return fmt::format("{}[[population]]\nname = \"in\"\nmodel = \"{}\"\nsize = 2\n{}\n[[projection]]\nsource = \"in\"\ntarget = \"cells\"\n"
                     "rule = \"all_to_all\"\nweight = 700\n",
                     cells, model.name, keys.at(model.name));
}

// Two of a kind with weights of both signs, besides a projection: their inputs meet in one instant.
std::string stimulus(const ModelEntry& model) {
  const std::map<std::string, std::string> keys{
      {"poisson_generator", "rate = \"4 kHz\""},
      {"inhomogeneous_poisson_generator", "rate_times = [0, 40, 90]\nrate_values = [\"5 kHz\", 0, \"3 kHz\"]"},
      {"sinusoidal_poisson_generator", "rate = \"2 kHz\"\namplitude = \"3 kHz\"\nfrequency = \"20 Hz\""},
      {"gamma_sup_generator", "rate = \"200 Hz\"\ngamma_shape = 3\nn_proc = 10"},
      {"mip_generator", "rate = \"4 kHz\"\np_copy = 0.4"},
      {"pulsepacket_generator", "pulse_times = [20, 60, 61]\nactivity = 50\nsdev = \"1 ms\""},
      {"step_current_generator", "amplitude_times = [0, 20, 70, 110]\namplitude_values = [\"0 pA\", \"300.5 pA\", \"300.5 pA\", \"-80 pA\"]"},
      {"dc_generator", "amplitude = \"120.7 pA\"\nstart = 10\nstop = 100"},
      {"ac_generator", "amplitude = 100\nfrequency = \"10 Hz\""},
      {"noise_generator", "std = 100"}};
  std::string text = fmt::format("{}[[projection]]\nsource = \"cells\"\ntarget = \"cells\"\nrule = \"fixed_indegree\"\nindegree = 5\n"
                                 "weight = {{ uniform = [-200, 200] }}\ndelay = {{ uniform = [\"0.2 ms\", \"2 ms\"] }}\n",
                                 cells);
  for (const auto& [target, weight] : {std::pair("cells", 90.1), std::pair("cells[4:21]", -35.7)}) {
    text += fmt::format("[[stimulus]]\nmodel = \"{}\"\ntarget = \"{}\"\n{}\n", model.name, target, keys.at(model.name));
    if (!model.injects_current()) text += fmt::format("weight = {}\ndelay = 0.5\n", weight);
  }
  return text;
}

std::string synapse(const ModelEntry& model) {
  return fmt::format("{}[[projection]]\nsource = \"cells\"\ntarget = \"cells\"\nrule = \"all_to_all\"\nsynapse = \"{}\"\nweight = 20\n", cells,
                     model.name);
}

std::string reward(const ModelEntry& model) {
  const std::map<std::string, std::string> keys{
      {"volume_transmitter", "source = \"cells\"\ndelay = 1"},
      {"coincidence_detector", "pre = \"cells\"\npost = \"cells\"\nwindow = 5\ndelay = 1"},
      {"reward_generator", "reward_times = [1]\nreward_values = [1]"}};
  return fmt::format("{}[[projection]]\nsource = \"cells\"\ntarget = \"cells\"\nrule = \"all_to_all\"\n"
                     "synapse = \"stdp_dopamine_synapse\"\n[[reward]]\nmodel = \"{}\"\nprojection = \"cells_cells\"\n{}\n",
                     cells, model.name, keys.at(model.name));
}

std::string rule(const ModelEntry& model) {
  const std::map<std::string, std::string> keys{{"fixed_indegree", "indegree = 4"},
                                                {"fixed_outdegree", "outdegree = 4"},
                                                {"fixed_total_number", "N = 99"},
                                                {"pairwise_bernoulli", "p = 0.3"},
                                                {"symmetric_pairwise_bernoulli", "p = 0.3"},
                                                {"pairwise_poisson", "pairwise_avg_num_conns = 0.4"},
                                                {"explicit", "connections = [[0, 1], [0, 1], [3, 2]]"},
                                                {"convolution", "convolution = { input = [1, 5, 6], channels = 1, kernel = 3, padding = 1 }"}};
  const auto at = keys.find(model.name);
  return fmt::format("{}[[projection]]\nsource = \"cells\"\ntarget = \"cells\"\nrule = \"{}\"\n{}\nweight = 300\n", cells, model.name,
                     at == keys.end() ? "" : at->second);
}

void expect_same_spikes(const ExperimentFolder& folder, const std::string& name) {
  const SpikeFile first = read_spike_file(folder.path("results/spikes.h5")), again = read_spike_file(folder.path("y/spikes.h5"));
  ASSERT_EQ(first.populations.size(), 1u) << name;
  ASSERT_EQ(again.populations.size(), 1u) << name;
  EXPECT_GT(first.populations[0].spikes.size(), 20u) << name;
  ASSERT_EQ(first.populations[0].spikes.size(), again.populations[0].spikes.size()) << name;
  for (std::size_t i = 0; i < first.populations[0].spikes.size(); ++i)
    ASSERT_EQ(first.populations[0].spikes[i], again.populations[0].spikes[i]) << name << ", spike " << i;
}

// Whether the model has been exported.
bool exported(const ModelEntry& model, const std::string& network) {
  const ExperimentFolder folder(head + network + tail);
  const CliCall x = call({"export", "sonata", folder.file(), "-o", folder.path("x")});
  if (x.code != 0) {
    EXPECT_EQ(x.code, 3) << model.name << ": " << x.err;
    EXPECT_THAT(x.err, HasSubstr(model.name));
    EXPECT_FALSE(std::filesystem::exists(folder.path("x"))) << model.name;
    return false;
  }
  const CliCall first = folder.run({"--json"});
  EXPECT_EQ(first.code, 0) << model.name << ": " << first.err;
  const CliCall again = call({"run", folder.path("x/simulation_config.json"), "-o", folder.path("y"), "--json"});
  EXPECT_EQ(again.code, 0) << model.name << ": " << again.err;
  EXPECT_EQ(again.json()["spike_hash"], first.json()["spike_hash"]) << model.name;
  EXPECT_EQ(again.json()["window_ms"], first.json()["window_ms"]) << model.name;
  expect_same_spikes(folder, model.name);
  return true;
}

TEST(SonataCatalogue, EveryModelComesBackIdenticalOrIsRefusedByItsName) {
  std::set<std::string> refused;
  for (const ModelEntry& model : model_catalogue().models) {
    SCOPED_TRACE(model.name);
    std::string network;
    switch (model.kind) {
      case ModelKind::neuron: network = neuron(model); break;
      case ModelKind::source: network = source(model); break;
      case ModelKind::stimulus: network = stimulus(model); break;
      case ModelKind::synapse: network = synapse(model); break;
      case ModelKind::reward: network = reward(model); break;
      case ModelKind::connection_rule: network = rule(model); break;
      case ModelKind::recorder: continue;
    }
    const bool good = exported(model, network);
    if (model.kind == ModelKind::synapse)
      EXPECT_EQ(good, model.name == "static_synapse") << "no other synapse has a place in SONATA";
    else if (!good)
      refused.insert(model.name);
  }
  EXPECT_THAT(refused, testing::UnorderedElementsAre("iaf_psc_delta_adaptive", "if_psc_delta", "iaf_cond_exp", "iaf_cond_exp_adaptive", "parrot_neuron",
                                                     "spike_train_injector", "ac_generator", "noise_generator",
                                                     "volume_transmitter", "coincidence_detector", "reward_generator"));
}

TEST(SonataCatalogue, EveryRecorderIsAReportOrSaidToBeLeftOut) {
  const std::map<std::string, std::string> keys{{"spike_recorder", "source = \"cells\""},
                                                {"multimeter", "source = \"cells\""},
                                                {"population_rate_recorder", "source = \"cells\""},
                                                {"weights", "projection = \"cells_cells\""}};
  for (const ModelEntry& model : model_catalogue().models) {
    if (model.kind != ModelKind::recorder || model.name == "weight_recorder") continue;  // that one is for plastic synapses
    const ExperimentFolder folder(fmt::format("{}{}[[projection]]\nsource = \"cells\"\ntarget = \"cells\"\nrule = \"one_to_one\"\n"
                                              "[[recorder]]\nmodel = \"{}\"\nname = \"mine\"\n{}\n",
                                              head, cells, model.name, keys.at(model.name)));
    const CliCall x = call({"export", "sonata", folder.file(), "-o", folder.path("x")});
    ASSERT_EQ(x.code, 0) << x.err;
    if (read_text(folder.path("x/simulation_config.json")).find("mine.h5") == std::string::npos)
      EXPECT_THAT(x.out, HasSubstr("not carried over: " + std::string(model.name == "spike_recorder" ? "which neurons a spike_recorder"
                                                                       : model.name == "weights"      ? "recorders of weights"
                                                                                                      : model.name)));
  }
}

}  // namespace
}  // namespace synop
