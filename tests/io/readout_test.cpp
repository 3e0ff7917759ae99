#include "synop/io/tasks/readout.hpp"

#include <gtest/gtest.h>

namespace synop {
namespace {

using Counts = std::vector<std::uint32_t>;

// Neuron 0 answers to class 3, neurons 1 and 2 to class 7; neuron 3 never fires.
MaxMeanRateReadout labelled() {
  MaxMeanRateReadout readout(4);
  readout.observe(Counts{6, 1, 0, 0}, 3);
  readout.observe(Counts{0, 5, 4, 0}, 7);
  readout.observe(Counts{0, 5, 4, 0}, 7);
  readout.assign();
  return readout;
}

TEST(Readout, GivesNeuronsTheClassOfTheirLargestMeanResponse) {
  const MaxMeanRateReadout readout = labelled();
  EXPECT_EQ(std::vector<int>(readout.classes().begin(), readout.classes().end()), (std::vector<int>{3, 7, 7, -1}));
}

TEST(Readout, TakesMeansAndNotSums) {
  MaxMeanRateReadout readout(1);
  for (int i = 0; i < 3; ++i) readout.observe(Counts{2}, 1);  // 6 spikes, 2 per image
  readout.observe(Counts{5}, 4);
  readout.assign();
  EXPECT_EQ(readout.classes()[0], 4);
}

TEST(Readout, VotesByTheMeanOfTheNeuronsOfAClass) {
  EXPECT_EQ(labelled().classify(Counts{5, 4, 4, 0}), 3);  // 5 against (4 + 4) / 2
  EXPECT_EQ(labelled().classify(Counts{3, 4, 4, 0}), 7);
}

TEST(Readout, GivesTiesToTheLowerClass) {
  EXPECT_EQ(labelled().classify(Counts{4, 4, 4, 0}), 3);
  MaxMeanRateReadout readout(1);
  readout.observe(Counts{2}, 8);
  readout.observe(Counts{2}, 5);
  readout.assign();
  EXPECT_EQ(readout.classes()[0], 5);
}

TEST(Readout, GivesEachNeuronItsOwnClass) {
  MaxMeanRateReadout readout(3, 3);
  readout.assign_each_its_own();
  EXPECT_EQ(readout.classify(Counts{1, 0, 2}), 2);
  EXPECT_EQ(readout.classify(Counts{0, 3, 2}), 1);
}

TEST(Readout, GivesNoAnswerToSilence) {
  EXPECT_EQ(labelled().classify(Counts{0, 0, 0, 0}), -1);
  EXPECT_EQ(labelled().classify(Counts{0, 0, 0, 9}), -1) << "a neuron without a class has no vote";
}

}  // namespace
}  // namespace synop
