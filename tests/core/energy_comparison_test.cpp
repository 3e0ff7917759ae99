#include "synop/core/energy_comparison.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/price_catalogue.hpp"

namespace synop {
namespace {

// A network of 1,000 synapses, each crossed `spikes` times in each of 4 inferences, with its memory traffic.
SpikingRun spiking_run(std::uint64_t spikes) {
  SpikingRun run{.counts = {}, .inferences = 4, .synapses = 1000, .accuracy = 0.97};
  for (const Operation operation :
       {Operation::synaptic_add, Operation::weight_read, Operation::state_read, Operation::state_write}) {
    run.counts[operation] = spikes * 4 * 1000;
  }
  return run;
}

// The same 1,000 synapses as weights; the activations it writes are left out, to leave the terms of S* alone.
AnnBaseline ann() {
  AnnBaseline ann{.name = "perceptron", .counts = {}, .accuracy = 0.975};
  for (const Operation operation : {Operation::mac, Operation::weight_read, Operation::activation_read}) {
    ann.counts[operation] = 1000;
  }
  return ann;
}

double break_even(std::string_view table) {
  return break_even_spikes_per_synapse(find_price_table(table)).value_or(-1.0);
}

TEST(BreakEven, OfArithmeticAloneIsTheRatioOfMacToAddition) {
  EXPECT_NEAR(break_even("horowitz45_fp32_compute"), 5.11, 0.005);
  EXPECT_NEAR(break_even("horowitz45_int8_compute"), 7.67, 0.005);
}

// By hand, in pJ: a MAC 3.2 + weight 10 + activation 10 = 23.2; an event 0.1 + weight 10 + state 20 = 30.1.
TEST(BreakEven, WithMemoryLiesBelowOneSpikePerSynapse) {
  EXPECT_NEAR(break_even("horowitz45_int32_sram"), 23.2 / 30.1, 1e-12);
  EXPECT_NEAR(break_even("horowitz45_fp32_sram"), 24.6 / 30.9, 1e-12);
}

TEST(BreakEven, IsUnknownWhereMacsHaveNoPrice) {
  EXPECT_FALSE(break_even_spikes_per_synapse(find_price_table("loihi_2018")).has_value());
}

TEST(Compare, FindsTheRatioThatTheBreakEvenPredicts) {
  for (const std::string_view table : {"horowitz45_fp32_compute", "horowitz45_fp32_sram", "horowitz45_int32_sram"}) {
    const Comparison c = compare(spiking_run(3), ann(), find_price_table(table));
    EXPECT_DOUBLE_EQ(c.spikes_per_synapse, 3.0);
    ASSERT_TRUE(c.ratio && c.break_even);
    EXPECT_NEAR(*c.ratio, c.spikes_per_synapse / *c.break_even, 1e-12);
  }
}

TEST(Compare, TellsWhoWinsOnBothSidesOfTheBreakEven) {
  const PriceTable& table = find_price_table("horowitz45_fp32_compute");
  EXPECT_EQ(compare(spiking_run(4), ann(), table).verdict, Verdict::spiking_wins);   // 3.6 against 4.6 pJ
  EXPECT_EQ(compare(spiking_run(5), ann(), table).verdict, Verdict::about_equal);    // 4.5
  EXPECT_EQ(compare(spiking_run(6), ann(), table).verdict, Verdict::spiking_loses);  // 5.4
  EXPECT_EQ(compare(spiking_run(1), ann(), find_price_table("horowitz45_fp32_sram")).verdict, Verdict::spiking_loses);
}

TEST(Compare, SaysAtWhichAccuraciesAndThatTheJoulesAreModelled) {
  const Comparison c = compare(spiking_run(2), ann(), find_price_table("horowitz45_int32_sram"));
  EXPECT_EQ(c.sentence,
            "By horowitz45_int32_sram, spiking loses: modelled 60.2 nJ per inference against 23.2 nJ for perceptron, "
            "2.59 times as much (accuracy 97.00 % spiking, 97.50 % perceptron).");
}

TEST(Compare, WarnsWhenTheAccuraciesAreNotTheSame) {
  AnnBaseline better = ann();
  better.accuracy = 0.99;
  const Comparison c = compare(spiking_run(2), better, find_price_table("horowitz45_int32_sram"));
  EXPECT_NE(c.sentence.find("differ by more than one point"), std::string::npos) << c.sentence;
}

TEST(Compare, NamesWhatThePricesLeaveOut) {
  SpikingRun run = spiking_run(2);
  run.counts[Operation::neuron_update] = 9;
  const Comparison c = compare(run, ann(), find_price_table("horowitz45_fp32_compute"));
  EXPECT_NE(c.sentence.find("Left out on the spiking side: weight_read, state_read, state_write, neuron_update."),
            std::string::npos)
      << c.sentence;
}

TEST(Compare, IsUndecidedWhereTheAnnCannotBePriced) {
  const Comparison c = compare(spiking_run(2), ann(), find_price_table("loihi_2018"));
  EXPECT_EQ(c.verdict, Verdict::undecided);
  ASSERT_TRUE(c.spiking_joules.has_value());
  EXPECT_NEAR(*c.spiking_joules, 2000 * 23.6e-12, 1e-18);
  EXPECT_FALSE(c.ratio.has_value());
  EXPECT_NE(c.sentence.find("price table loihi_2018 has no price for mac"), std::string::npos) << c.sentence;
}

TEST(Compare, RefusesARunWithoutInferencesOrAnImpossibleAccuracy) {
  const PriceTable& table = find_price_table("horowitz45_fp32_compute");
  SpikingRun run = spiking_run(1);
  run.inferences = 0;
  EXPECT_THROW(compare(run, ann(), table), Error);
  run = spiking_run(1);
  run.accuracy = 97.0;
  EXPECT_THROW(compare(run, ann(), table), Error);
  EXPECT_THROW(compare(spiking_run(1), AnnBaseline{.name = "nothing", .counts = {}, .accuracy = 0.5}, table), Error);
}

}  // namespace
}  // namespace synop
