// The files of the NIR paper (Pedersen et al. 2024), and what it says they do.
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/temporary_folder.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

// Where the folder is named by the environment.
class PublishedNir : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("SYNOP_NIR_DIR");
    if (folder == nullptr || !std::filesystem::exists(folder))
      GTEST_SKIP() << "SYNOP_NIR_DIR does not name the folder with lif_norse.nir, cnn_sinabs.nir and "
                      "braille_noDelay_bias_zero.nir";
    data_ = folder;
  }
  std::string data_;
  TemporaryFolder folder_;
};

// lif_exact.csv: in each row, for 0.1 ms, the input, then the potential at the end and whether it fired.
TEST_F(PublishedNir, LifIsThatOfTheExactSolution) {
  std::ifstream csv(data_ + "/lif_exact.csv");
  std::string line, times;
  std::vector<double> potentials;
  std::vector<double> firing_rows;
  while (std::getline(csv, line)) {
    double input = 0, v = 0, spike = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "%lf,%lf,%lf", &input, &v, &spike), 3);
    if (input > 0.0)
      times += (times.empty() ? "" : ", ") + std::to_string(0.1 * static_cast<double>(potentials.size()));
    if (spike > 0.0) firing_rows.push_back(0.1 * static_cast<double>(potentials.size()));
    potentials.push_back(v);
  }
  ASSERT_EQ(potentials.size(), 1000u);
  const ExperimentFolder experiment(
      "[simulation]\nduration = \"100.05 ms\"\n[nir]\nfile = \"" + data_ + "/lif_norse.nir\"\n" +
      "mode = \"exact\"\nspike = \"pulse\"\ndt = \"0.1 ms\"\nspike_times = [[" + times + "]]\n" +
      "[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"1\"\n" +
      "[[recorder]]\nmodel = \"multimeter\"\nsource = \"1\"\ninterval = \"0.1 ms\"\nname = \"v\"\n");
  const CliCall run = experiment.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const auto spikes = read_spike_file(experiment.path("results/spikes.h5")).populations.at(0).spikes;
  const double published[] = {46.084, 51.090, 71.092, 76.091};  // ms, to 1e-3 ms = 1e-6 s
  ASSERT_EQ(spikes.size(), 4u);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(spikes[k].time.ms(), published[k], 1e-3);
    EXPECT_GT(spikes[k].time.ms(), firing_rows.at(k) - 1e-9);
    EXPECT_LT(spikes[k].time.ms(), firing_rows.at(k) + 0.1);
  }
  const RecordedReport report = read_report_file(experiment.path("results/v.h5")).at(0);
  ASSERT_EQ(report.values.size(), 1001u);
  for (std::size_t row = 0; row < 1000; ++row) ASSERT_NEAR(report.values[row + 1], potentials[row], 1e-8) << row;
}

TEST_F(PublishedNir, ConvolutionalNetworkRunsInBothModes) {
  const CliCall run = call({"import", "nir", data_ + "/cnn_sinabs.nir", "--compare", "--rate", "20 Hz", "--duration",
                            "20 ms", "--dt", "20 us"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("spikes of each neuron of '12'"));
}

TEST_F(PublishedNir, RecurrentNetworkRunsInBothModes) {
  const std::vector<std::string> args{"import",     "nir",          data_ + "/braille_noDelay_bias_zero.nir",
                                      "--compare",  "--rate",       "100 Hz",
                                      "--duration", "50 ms",        "--dt",
                                      "0.1 ms",     "--spike-area", "0.1 ms"};
  const CliCall refused = call(args);
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("'lif1.w_rec' closes a loop without a Delay"));
  std::vector<std::string> more = args;
  more.insert(more.end(), {"--recurrent-delay", "0.1 ms"});
  const CliCall run = call(more);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("lif2"));
}

}  // namespace
}  // namespace synop
