// The verdict of real runs: a linear classifier in spikes, as benchmarks/energy_comparison.sh makes it, wins with few
// spikes and loses with many. Weights, images and spikes are those of the runs; nothing is made up.
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "support/places.hpp"
#include "synop/io/energy/energy_account.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/tasks/baselines.hpp"
#include "synop/io/tasks/digit_generator.hpp"

namespace synop {
namespace {

constexpr std::uint64_t training_images = 2000, test_images = 300;

void write_weights(const std::string& file) {
  const LinearClassifier linear = LinearClassifier::train(generate_digits(1, 0, training_images));
  std::ofstream out(file);
  out << "source,target,weight\n";
  for (std::size_t p = 0; p < 784; ++p)
    for (std::size_t c = 0; c < class_count; ++c) out << fmt::format("{},{},{:.6g}\n", p, c, linear.weight(p, c));
}

EnergyAccount account_of(const TemporaryFolder& folder, const std::string& presentation) {
  const std::string result = (folder / presentation).string();
  const CliCall run =
      call({"run", (folder / "linear.toml").string(), "-o", result, "--quiet", "--set",
            "task.presentation=" + presentation, "--set", fmt::format("task.phase.label.samples={}", training_images),
            "--set", fmt::format("task.phase.test.first={}", training_images), "--set",
            fmt::format("task.phase.test.samples={}", test_images)});
  EXPECT_EQ(run.code, 0) << run.err;
  EnergyOptions options;
  options.tables = {find_price_table("horowitz45_fp32_memory"), find_price_table("davidson_furber22")};
  return energy_account(read_energy_result(result), options);
}

TEST(EnergyVerdict, OfFewSpikesIsAWinAndOfManyALoss) {
  const TemporaryFolder folder;
  write_weights((folder / "linear.csv").string());
  write_text_file(folder / "linear.toml", read_text(test::source_dir() + "/benchmarks/energy/linear_digits.toml"));
  const EnergyAccount few = account_of(folder, "5ms"), many = account_of(folder, "300ms");
  EXPECT_LT(few.spikes_per_synapse, 0.1);
  EXPECT_GT(many.spikes_per_synapse, 3.0);
  EXPECT_GT(*many.result.accuracy, *few.result.accuracy);
  EXPECT_GT(*few.result.accuracy, 0.3);  // a tenth would be chance
  for (const EnergyAccount* account : {&few, &many})
    for (const TableAccount& t : account->tables) {
      ASSERT_TRUE(t.decisive) << t.table.name;
      const Contest& c = t.contests[*t.decisive];
      EXPECT_EQ(c.verdict, account == &few ? Verdict::spiking_wins : Verdict::spiking_loses)
          << t.table.name << ' ' << name(t.traffic) << ' ' << *c.ratio << " against "
          << account->opponents[c.opponent].name;
    }
}

}  // namespace
}  // namespace synop
