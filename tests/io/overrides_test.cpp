#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fake_catalogue.hpp"
#include "synop/core/error.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {
namespace {

constexpr std::string_view base = R"(# a comment
[simulation]
duration = "1 s"
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 10
[[projection]]
name = "ee"
source = "exc"
target = "exc"
rule = "fixed_indegree"
indegree = 3
weight = { uniform = [0, 1] }
[[projection]]
source = "exc"
target = "exc"
rule = "all_to_all"
[[stimulus]]
model = "poisson_generator"
target = "exc"
)";

Experiment read_text(std::string_view text, const std::vector<std::string>& overrides) {
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / ("synop_" + test + ".toml");
  std::ofstream(path, std::ios::binary) << text;
  return read_experiment(path, overrides, test::fake_catalogue());
}

std::string error_of(const std::vector<std::string>& overrides) {
  try {
    read_text(base, overrides);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "no error";
}

TEST(Overrides, ReachEveryKeyByIndexAndByName) {
  const Experiment experiment = read_text(
      base, {"simulation.duration=2 s", "population.exc.size=100", "projection[0].weight=0.2 mV",
             "projection.exc_exc.weight=\"0.3 mV\"", "stimulus.poisson_generator.rate=5 kHz", "seed=7", "name=x-1"});
  EXPECT_EQ(experiment.simulation.duration, Delay::from_ms(2000.0));
  EXPECT_EQ(experiment.populations[0].size, 100u);
  EXPECT_EQ(experiment.projections[0].weight, Distribution{.a = 0.2});
  EXPECT_EQ(experiment.projections[1].weight, Distribution{.a = 0.3});
  EXPECT_EQ(experiment.stimuli[0].parameters[0].value, 5000.0);
  EXPECT_EQ(experiment.seed, 7u);
  EXPECT_EQ(experiment.name, "x-1");
}

TEST(Overrides, AddTablesAndReplaceItemsOfArrays) {
  const Experiment experiment = read_text(base, {"output.csv=true", "population.exc.params.tau_m=30 ms",
                                                 "projection[0].weight.uniform[1]=5", "energy.tables=[\"a\"]"});
  EXPECT_TRUE(experiment.output.csv);
  EXPECT_EQ(experiment.populations[0].parameters[0].value, 30.0);
  EXPECT_EQ(experiment.projections[0].weight.b, 5.0);
  EXPECT_EQ(experiment.energy.tables, std::vector<std::string>{"a"});
}

TEST(Overrides, ApplyInOrder) {
  EXPECT_EQ(read_text(base, {"seed=1", "seed=2"}).seed, 2u);
  EXPECT_EQ(read_text(base, {"projection.ee.name=x", "projection.x.indegree=4"}).projections[0].rule.indegree, 4u);
}

TEST(Overrides, AreNamedByErrors) {
  EXPECT_TRUE(error_of({"seed=1", "projection.ee.weight=0.2 pA"})
                  .starts_with("--set projection.ee.weight=0.2 pA: key 'projection[0].weight': value \"0.2 pA\""));
  EXPECT_NE(error_of({"simulaton.duration=1"}).find("--set simulaton.duration=1: key 'simulaton'"), std::string::npos);
  EXPECT_NE(error_of({"simulaton.duration=1"}).find("did you mean 'simulation'?"), std::string::npos);
  EXPECT_NE(error_of({"simulation.duratoin=1"}).find("did you mean 'duration'?"), std::string::npos);
  EXPECT_NE(
      error_of({"population.ecx.size=1"}).find("key 'population': no element is named 'ecx' (did you mean 'exc'?)"),
      std::string::npos);
  EXPECT_NE(error_of({"projection[2].weight=1"}).find("index 2 is out of range; allowed: [0, 2)"), std::string::npos);
  EXPECT_NE(error_of({"simulation[0].duration=1"}).find("this is not an array"), std::string::npos);
  EXPECT_NE(error_of({"simulation.duration.x=1"}).find("is not a table"), std::string::npos);
  EXPECT_NE(error_of({"population=3"}).find("--set population=3: key 'population': value 3"), std::string::npos);
}

TEST(Overrides, RefuseWhatIsNotPathEqualsValue) {
  for (const char* bad : {"", "=", "=1", "seed", "a..b=1", ".a=1", "a.=1", "a[=1", "a[x]=1", "a[-1]=1", "a[0]b=1",
                          "[0]=1", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1", "a[99999999999999999999]=1"})
    EXPECT_NE(error_of({bad}).find("an override is path=value"), std::string::npos) << bad;
}

TEST(Overrides, RefuseTextThatIsNotUtf8) {
  EXPECT_NE(error_of({"description=\xff"}).find("not text in UTF-8"), std::string::npos);
}

TEST(Overrides, TakeWhatIsNotTomlAsAString) {
  const Experiment experiment = read_text(base, {"description=1\nseed = 5", "name=true-north"});
  EXPECT_EQ(experiment.description, "1\nseed = 5");
  EXPECT_EQ(experiment.name, "true-north");
  EXPECT_EQ(experiment.seed, 1u);
}

TEST(Overrides, RefuseIntegersOfMoreThan64Bits) {
  for (const char* number : {"99999999999999999999", "-99999999999999999999"})
    EXPECT_NE(error_of({fmt::format("seed={}", number)}).find(fmt::format("key 'seed': value {} is outside the range of integers", number)),
              std::string::npos);
  EXPECT_EQ(read_text(base, {"description=\"99999999999999999999\""}).description, "99999999999999999999");
}

TEST(Overrides, GiveATextThatParsesToTheSameExperiment) {
  const std::vector<std::string> overrides = {
      "description=tab\t \"quoted\" back\\slash \xC2\xB5 \x7f",
      "projection[0].delay={ normal = [1.5, 0.1], low = 1e-3, outside = \"clip\" }", "seed=9223372036854775807",
      "population.exc.params.V_th=0.1"};
  const Experiment first = read_text(base, overrides);
  const Experiment second = parse_experiment(first.effective_text, first.file_name, test::fake_catalogue());
  EXPECT_EQ(second.description, overrides[0].substr(12));
  EXPECT_EQ(second.seed, 9223372036854775807u);
  EXPECT_EQ(second.projections[0].delay, first.projections[0].delay);
  EXPECT_EQ(second.projections[0].rule.indegree, 3u);
  EXPECT_EQ(second.projections[1].name, "exc_exc");
  EXPECT_EQ(second.populations[0].parameters[0].value, 0.1);
  EXPECT_EQ(second.simulation.duration, first.simulation.duration);
  EXPECT_EQ(first.overrides, overrides);
}

TEST(Overrides, LeaveTheTextAloneWhenThereAreNone) {
  EXPECT_EQ(read_text(base, {}).effective_text, base);
}

}  // namespace
}  // namespace synop
