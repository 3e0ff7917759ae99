// Conformance: the numbers that the tools themselves give for these layers, from their own tests and documentation.
#include "synop/io/energy/views/views.hpp"

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/views/lemaire.hpp"

namespace synop {
namespace {

using Values = std::vector<std::vector<double>>;

Values ones(std::size_t steps, std::size_t units) {
  return Values(steps, std::vector<double>(units, 1.0));
}

Activity one_layer(LayerActivity layer, std::uint64_t inferences = 1) {
  Activity activity{.inferences = inferences, .steps = layer.evaluations / inferences};
  activity.layers.push_back(std::move(layer));
  return activity;
}

// Its test of a network of 20 inputs and 5 leaky neurons, 10 steps of spikes everywhere.
TEST(NeuroBenchView, CountsTheSpikingNetworkOfItsTests) {
  Activity activity = one_layer(dense_activity(ones(5, 20), false, ones(10, 20)));
  activity.synapses = 100;
  activity.neurons.push_back({"leaky", 5, 10, 2, 50, true});
  const NeuroBenchView view = neurobench(activity);
  EXPECT_EQ(view.effective_acs, 1000.0);
  EXPECT_EQ(view.effective_macs, 0.0);
  EXPECT_EQ(view.membrane_updates, 50.0);
  EXPECT_EQ(view.neuron_ops, 200.0);
  EXPECT_DOUBLE_EQ(view.activation_sparsity, 0.96);
  EXPECT_EQ(view.connection_sparsity, 0.0);
}

TEST(NeuroBenchView, CountsTheConvolutionsAndCellsOfItsTests) {
  const auto macs = [](const LayerActivity& layer, std::uint64_t samples = 1) {
    const NeuroBenchView view = neurobench(one_layer(layer, samples));
    return view.effective_acs + view.effective_macs;
  };
  EXPECT_EQ(macs(convolution_activity({.height = 3, .width = 3, .kernel_height = 3, .kernel_width = 3}, ones(1, 9))),
            9.0);
  EXPECT_EQ(
      macs(convolution_activity({.height = 12, .width = 12, .kernel_height = 3, .kernel_width = 3}, ones(1, 144))),
      900.0);
  EXPECT_EQ(macs(convolution_activity({.in_channels = 5, .width = 10, .kernel_width = 5}, ones(1, 50))), 150.0);
  EXPECT_EQ(macs(cell_activity(Cell::lstm, 25, 5, ones(2, 25), ones(2, 5)), 2), 615.0);
  EXPECT_EQ(macs(cell_activity(Cell::rnn, 25, 5, ones(1, 25), ones(1, 5))), 150.0);
  EXPECT_EQ(macs(cell_activity(Cell::gru, 25, 5, ones(1, 25), ones(1, 5))), 465.0);
}

// The example of its documentation: six of nine weights are not zero, x = (0, 1.3, -1).
TEST(NeuroBenchView, LeavesOutZeroWeightsAndZeroInputs) {
  const Values weights{{1, 1, 0}, {1, 1, 1}, {0, 0, 1}};
  const Values input{{0.0, 1.3, -1.0}};
  Activity activity = one_layer(dense_activity(weights, false, input));
  activity.synapses = 9;
  activity.zero_weights = 3;
  const NeuroBenchView view = neurobench(activity);
  EXPECT_EQ(view.dense, 9.0);
  EXPECT_EQ(view.effective_macs, 4.0);  // 1.3 makes them MACs
  EXPECT_EQ(view.effective_acs, 0.0);
  EXPECT_EQ(view.connection_sparsity, 0.3333);
  const Values spikes{{0.0, 1.0, -1.0}};
  EXPECT_EQ(neurobench(one_layer(dense_activity(weights, false, spikes))).effective_acs, 4.0);
}

// Rows of its leaderboard of spiking ResNets, in units of 10^9 operations and mJ.
TEST(SyopsView, GivesTheEnergiesOfItsTable) {
  const auto mj = [](double acs, double macs) { return customary_joules(acs * 1e9, macs * 1e9) * 1e3; };
  EXPECT_NEAR(mj(0.10, 0.14), 0.734, 1e-9);
  EXPECT_NEAR(mj(0.50, 2.75), 13.10, 0.005);
  EXPECT_NEAR(mj(1.69, 0.20), 2.44, 0.005);
  EXPECT_NEAR(mj(0.0, 1.82), 8.372, 1e-9);
}

// By hand: 4 inputs, 3 outputs with biases, two steps with 2 and 1 spikes: (12 + 3) x 2/4 + (12 + 3) x 1/4, and 3
// neurons in 2 steps. A graded input makes all of it MACs.
TEST(SyopsView, MultipliesDenseOperationsByTheRate) {
  Activity activity = one_layer(dense_activity(ones(3, 4), true, Values{{1, 1, 0, 0}, {0, 1, 0, 0}}));
  activity.neurons.push_back({"if", 3, 2, 0, 0, false});
  EXPECT_DOUBLE_EQ(syops(activity).acs, 15 * 0.75 + 6);
  EXPECT_EQ(syops(activity).macs, 0.0);
  const Values graded{{0.5, 0.5, 0, 0}, {0, 1, 0, 0}};
  EXPECT_DOUBLE_EQ(syops(one_layer(dense_activity(ones(3, 4), true, graded))).macs, 30.0);
}

TEST(SpikingJellyView, CountsFanOutOfBinaryInputsOnly) {
  const Values weights{{1, 0, 1}, {1, 1, 0}};
  const Values spikes{{1, 1, 0}}, counts{{1, 2, 0}};
  EXPECT_EQ(spikingjelly(one_layer(dense_activity(weights, false, spikes))).synops, 4.0);  // zero weights too
  EXPECT_EQ(spikingjelly(one_layer(dense_activity(weights, false, counts))).synops, 0.0);
  EXPECT_EQ(spikingjelly(one_layer(dense_activity(weights, false, counts))).macs, 6.0);
  // A spike in the corner of an image reaches one output of a convolution, one in the middle nine.
  Values corner{std::vector<double>(25, 0.0)}, middle = corner;
  corner[0][0] = 1.0;
  middle[0][12] = 1.0;
  const Convolution shape{.height = 5, .width = 5, .kernel_height = 3, .kernel_width = 3};
  EXPECT_EQ(spikingjelly(one_layer(convolution_activity(shape, corner))).synops, 1.0);
  EXPECT_EQ(spikingjelly(one_layer(convolution_activity(shape, middle))).synops, 9.0);
}

// Its documentation: Dense(784 -> 128), as a conventional layer that is evaluated once.
TEST(KerasSpikingView, GivesTheEnergiesOfItsDocumentation) {
  Activity activity = one_layer(dense_activity(ones(128, 784), false, ones(1, 784)));
  activity.neurons.push_back({"relu", 128, 1, 0, 0, false});
  const KerasSpikingView view = kerasspiking(activity);
  EXPECT_EQ(view.synaptic_events, 100352.0);
  EXPECT_EQ(view.neuron_updates, 128.0);
  EXPECT_NEAR(view.joules(8.6e-9, 8.6e-9), 8.64e-4, 0.005e-4);
  EXPECT_NEAR(view.joules(1e-10, 2e-9), 1.03e-5, 0.005e-5);
}

TEST(KerasSpikingView, IsProportionalToTheTime) {
  const auto joules = [](std::size_t steps) {
    Activity activity = one_layer(dense_activity(ones(128, 784), false, ones(steps, 784)));
    activity.neurons.push_back({"lif", 128, steps, 0, 0, true});
    return kerasspiking(activity).joules(27.1e-12, 81e-12);
  };
  EXPECT_DOUBLE_EQ(joules(46), 2 * joules(23));
}

// 784-1200-1200-10 without biases: two operations for each of 2,392,800 weights.
TEST(SnnToolboxView, CountsTheOperationsOfAKnownAnn) {
  Activity activity{.inferences = 1, .steps = 1};
  for (const auto& [in, out] : {std::pair{784, 1200}, {1200, 1200}, {1200, 10}})
    activity.layers.push_back(dense_activity(ones(out, in), false, ones(1, in)));
  EXPECT_EQ(snn_toolbox(activity).ann, 4'785'600.0);
}

// A constant input is multiplied once, at the first step: 2 x 4 x 3, then 3 additions in each of 5 steps.
TEST(SnnToolboxView, MultipliesAConstantInputOnce) {
  const Values constant(5, {0.5, 0.2, 0.0, 0.9});
  const SnnToolboxView view = snn_toolbox(one_layer(dense_activity(ones(3, 4), true, constant)));
  EXPECT_EQ(view.synaptic, 24.0 + 15.0);
  EXPECT_EQ(view.neuron, 15.0);
  EXPECT_DOUBLE_EQ(view.mops(), 54e-6);
}

TEST(SinabsView, CountsASpikeCountOfTwoTwice) {
  const Values counts{{2, 0, 1}, {0, 0, 1}};
  const SinabsView view = sinabs(one_layer(dense_activity(ones(5, 3), false, counts)));
  EXPECT_EQ(view.synops, 20.0);
  EXPECT_EQ(view.per_step, 10.0);
}

// By hand: 6 spikes in, 2 out, 10 -> 4, 5 steps.
TEST(LemaireView, FollowsTheCorrectedEquations) {
  const LemaireView v = lemaire_spiking({.inputs = 10,
                                         .outputs = 4,
                                         .fan_out = 4,
                                         .weights = 40,
                                         .steps = 5,
                                         .leaky = true,
                                         .spikes_in = 6,
                                         .spikes_out = 2});
  EXPECT_EQ(v.accumulations, 6 * 4 + 5 * 4 + 2);
  EXPECT_EQ(v.macs, 20);
  EXPECT_EQ(v.input_reads, 6);
  EXPECT_EQ(v.weight_reads, 24);
  EXPECT_EQ(v.bias_reads, 20);
  EXPECT_EQ(v.potential_reads, 44);
  EXPECT_EQ(v.potential_writes, 44);
  EXPECT_EQ(v.output_writes, 2);
  EXPECT_NEAR(v.operation_joules, (46 * 0.1 + 20 * 3.2) * 1e-12, 1e-24);
  EXPECT_NEAR(lemaire_ram_joules(1024.0), (1.09e-5 * 1024 * 32 + 13.2) * 1e-12, 1e-24);
  EXPECT_EQ(lemaire_spiking({.outputs = 4, .fan_out = 4, .steps = 5, .leaky = false}).macs, 0);
  const LemaireView fully_connected = lemaire_graded(10, 4, 10, 40);
  EXPECT_EQ(fully_connected.macs, 40);
  EXPECT_EQ(fully_connected.accumulations, 4);
  EXPECT_EQ(fully_connected.input_reads, 10);
}

// A ledger with every spike reaching every target: all tools that count events agree, and one that drops zero weights
// less.
Ledger small_ledger() {
  Ledger ledger{.inferences = 2, .simulated = Delay::from_ms(20.0)};
  ledger.populations.push_back({.name = "in", .model = "poisson_population", .size = 4, .spikes = 12});
  ledger.populations.push_back(
      {.name = "out", .model = "if_psc_delta", .size = 3, .state_variables = 1, .neurons = true, .spikes = 5});
  ledger.projections.push_back({.name = "in_out",
                                .source = "in",
                                .target = "out",
                                .sources = 4,
                                .targets = 3,
                                .synapses = 12,
                                .zero_weights = 4,
                                .source_spikes = 12,
                                .target_spikes = 5,
                                .deliveries = 36,
                                .dense_deliveries = 36,
                                .effective_deliveries = 24,
                                .sent = 36});
  return ledger;
}

TEST(Views, OfARunAgreeWhereTheirDefinitionsDo) {
  const Activity activity = activity_of(small_ledger(), Delay::from_ms(1.0));
  EXPECT_EQ(activity.steps, 10u);
  EXPECT_EQ(spikingjelly(activity).synops, 18.0);
  EXPECT_EQ(sinabs(activity).synops, 18.0);
  EXPECT_EQ(snn_toolbox(activity).synaptic, 18.0);
  EXPECT_EQ(kerasspiking(activity).synaptic_events, 18.0);
  EXPECT_EQ(syops(activity).acs, 18.0 + 30.0);  // and one per neuron and step
  EXPECT_EQ(neurobench(activity).effective_acs, 12.0);
  EXPECT_EQ(neurobench(activity).dense, 120.0);
  EXPECT_EQ(lemaire(activity).weight_reads, 18.0);
  EXPECT_EQ(all_views(activity).size(), 7u);
}

TEST(Views, RefuseStepsOfAnotherSize) {
  EXPECT_THROW(dense_activity(ones(2, 3), false, ones(1, 4)), Error);
  EXPECT_THROW(convolution_activity({.height = 2, .width = 2, .kernel_height = 3, .kernel_width = 3}, ones(1, 4)),
               Error);
}

}  // namespace
}  // namespace synop
