#include "synop/io/energy/power_meter.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t range = 262'143'328'850;

// A folder like /sys/class/powercap.
class FakeCounters {
 public:
  void domain(const std::string& path, const std::string& name, std::uint64_t uj, std::uint64_t its_range = range) {
    std::filesystem::create_directories(root() / path);
    write(path + "/name", name);
    write(path + "/max_energy_range_uj", std::to_string(its_range));
    set(path, uj);
  }
  // Replaced at once, so that a reader never sees half a number.
  void set(const std::string& path, std::uint64_t uj) {
    write(path + "/energy_uj.new", std::to_string(uj));
    std::filesystem::rename(root() / path / "energy_uj.new", root() / path / "energy_uj");
  }
  void write(const std::string& path, const std::string& text) { std::ofstream(root() / path) << text << '\n'; }
  std::filesystem::path root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

// Two packages with what is in them, and what contains them.
void two_packages(FakeCounters& counters) {
  counters.domain("intel-rapl:0", "package-0", 1'000'000);
  counters.domain("intel-rapl:0/intel-rapl:0:0", "core", 500'000);
  counters.domain("intel-rapl:0/intel-rapl:0:1", "uncore", 100'000);
  counters.domain("intel-rapl:0/intel-rapl:0:2", "dram", 200'000);
  counters.domain("intel-rapl:1", "package-1", 7'000'000);
  counters.domain("intel-rapl:1/intel-rapl:1:0", "core", 1);
  counters.domain("intel-rapl:2", "psys", 99'000'000);
  counters.domain("intel-rapl-mmio:0", "package-0", 1'000'000);
}

TEST(PowerMeter, AddsPackagesAndMemoryAndNothingTwice) {
  FakeCounters counters;
  two_packages(counters);
  PowerMeter meter(counters.root());
  meter.start();
  counters.set("intel-rapl:0", 3'500'000);
  counters.set("intel-rapl:1", 8'000'000);
  for (const char* const counted : {"intel-rapl:0/intel-rapl:0:0", "intel-rapl:0/intel-rapl:0:1",
                                    "intel-rapl:1/intel-rapl:1:0", "intel-rapl:2", "intel-rapl-mmio:0"})
    counters.set(counted, 100'000'000);
  counters.set("intel-rapl:0/intel-rapl:0:2", 450'000);
  MeasuredEnergy measured = meter.stop();
  EXPECT_DOUBLE_EQ(measured.joules.value(), 2.5 + 1.0);
  EXPECT_DOUBLE_EQ(measured.dram_joules.value(), 0.25);
  EXPECT_THAT(measured.domains, ElementsAre("package-0", "dram of package-0", "package-1"));
  EXPECT_EQ(measured.not_measured, "");
  measured.synaptic_events = 15'000'000;
  EXPECT_DOUBLE_EQ(measured.microjoules_per_event().value(), 0.25);
  EXPECT_THAT(measured_text(measured), AllOf(HasSubstr("measured 3.75 J"), HasSubstr("0.25 uJ per synaptic event")));
}

TEST(PowerMeter, FollowsACounterAroundItsRange) {
  FakeCounters counters;
  counters.domain("intel-rapl:0", "package-0", range - 1'000'000);
  PowerMeter meter(counters.root());
  meter.start();
  counters.set("intel-rapl:0", 2'000'000);
  EXPECT_DOUBLE_EQ(meter.stop().joules.value(), 3.0);
}

TEST(PowerMeter, BeginsAnewWithEveryStart) {
  FakeCounters counters;
  counters.domain("intel-rapl:0", "package-0", 0);
  PowerMeter meter(counters.root());
  meter.start();
  counters.set("intel-rapl:0", 5'000'000);
  EXPECT_DOUBLE_EQ(meter.stop().joules.value(), 5.0);
  meter.start();
  counters.set("intel-rapl:0", 6'000'000);
  EXPECT_DOUBLE_EQ(meter.stop().joules.value(), 1.0);
}

TEST(PowerMeter, DoesNotGuessHowOftenACounterWrapped) {
  FakeCounters counters;
  counters.domain("intel-rapl:0", "package-0", 0, 1000);  // round in a microsecond at 1 kW
  PowerMeter meter(counters.root());
  meter.start();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const MeasuredEnergy measured = meter.stop();
  EXPECT_FALSE(measured.joules);
  EXPECT_THAT(measured.not_measured, HasSubstr("may have wrapped twice"));
}

TEST(PowerMeter, SaysWhyThereIsNothingToRead) {
  const TemporaryFolder empty;
  EXPECT_THAT(PowerMeter(empty / "none").stop().not_measured, HasSubstr("there is no " + (empty / "none").string()));
  EXPECT_THAT(PowerMeter(empty.path()).stop().not_measured, HasSubstr("has no intel-rapl:<n>"));
  FakeCounters counters;
  counters.domain("intel-rapl:0", "package-0", 0);
  counters.write("intel-rapl:0/energy_uj", "none");
  EXPECT_THAT(PowerMeter(counters.root()).stop().not_measured,
              AllOf(HasSubstr("energy_uj cannot be read"), HasSubstr("it holds no number")));
  counters.set("intel-rapl:0", 1);
  PowerMeter vanishing(counters.root());
  vanishing.start();
  std::filesystem::remove(counters.root() / "intel-rapl:0/energy_uj");
  const MeasuredEnergy gone = vanishing.stop();
  EXPECT_FALSE(gone.joules);
  EXPECT_THAT(gone.not_measured, HasSubstr("No such file"));
}

TEST(PowerMeter, SaysThatTheCounterMayNotBeRead) {
  constexpr uid_t nobody = 65534;
  FakeCounters counters;
  counters.domain("intel-rapl:0", "package-0", 0);
  chmod(counters.root().c_str(), 0755);
  chmod((counters.root() / "intel-rapl:0/energy_uj").c_str(), 0);
  const uid_t me = geteuid();
  if (me == 0 && seteuid(nobody) != 0) GTEST_SKIP() << "root may read every file";  // and cannot be anybody else
  const MeasuredEnergy measured = PowerMeter(counters.root()).stop();
  if (me == 0) ASSERT_EQ(seteuid(me), 0);
  EXPECT_FALSE(measured.joules);
  EXPECT_THAT(measured.not_measured, AllOf(HasSubstr("Permission denied"), HasSubstr("only root may")));
}

// A counter that goes on by a joule every few milliseconds while a run lasts.
class RunningCounter {
 public:
  RunningCounter() {
    counters_.domain("intel-rapl:0", "package-0", range - 2'500'000);
    thread_ = std::thread([this] {
      for (std::uint64_t uj = range - 2'500'000; !stop_; std::this_thread::sleep_for(std::chrono::milliseconds(2)))
        counters_.set("intel-rapl:0", uj = (uj + 1'000'000) % range);
    });
  }
  ~RunningCounter() {
    stop_ = true;
    thread_.join();
  }
  std::string root() const { return counters_.root().string(); }

 private:
  FakeCounters counters_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST(PowerMeter, StandsInEveryReportOfARun) {
  const RunningCounter counter;
  const ExperimentFolder folder;
  const CliCall run = folder.run({"--powercap", counter.root(), "--set", "simulation.duration=2 s"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("energy measured"), HasSubstr("uJ per synaptic event")));
  const nlohmann::json result = folder.result(), measured = result.at("measured");
  ASSERT_GT(measured.at("joules").get<double>(), 0.0);
  std::uint64_t events = 0;
  for (const auto& p : result.at("projections")) events += p.at("deliveries").get<std::uint64_t>();
  EXPECT_EQ(measured.at("synaptic_events"), events);
  EXPECT_NEAR(measured.at("microjoules_per_synaptic_event").get<double>(),
              measured.at("joules").get<double>() * 1e6 / static_cast<double>(events), 1e-9);
  const CliCall account = call({"energy", folder.results(), "-o", folder.path("account")});
  EXPECT_THAT(account.out,
              AllOf(HasSubstr("energy of this simulation on this machine"), HasSubstr("Knight & Nowotny 2018")));
  EXPECT_THAT(account.out, testing::Not(HasSubstr("not measured")));
  const nlohmann::json json = nlohmann::json::parse(read_text(folder.path("account/energy.json")));
  EXPECT_EQ(json.at("measured"), measured);
  EXPECT_EQ(json.at("published_simulations").size(), 12u);
  const hid_t file = H5Fopen(folder.path("account/energy.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t attribute = H5Aopen_by_name(file, "measured", "joules", H5P_DEFAULT, H5P_DEFAULT);
  double joules = 0.0;
  H5Aread(attribute, H5T_NATIVE_DOUBLE, &joules);
  H5Aclose(attribute);
  H5Fclose(file);
  EXPECT_EQ(joules, measured.at("joules").get<double>());
}

TEST(PowerMeter, StandsInTheReportOfATask) {
  const RunningCounter counter;
  const ExperimentFolder folder(small_task);
  const CliCall run = folder.run({"--powercap", counter.root()});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("energy of the phase 'test' measured"));
  const nlohmann::json test = folder.result().at("phases").back();
  EXPECT_GT(test.at("measured").at("joules").get<double>(), 0.0);
  EXPECT_EQ(call({"energy", folder.results(), "--json"}).json().at("measured"), test.at("measured"));
}

TEST(PowerMeter, WithoutCountersTheReportSaysNotMeasured) {
  const ExperimentFolder folder;
  const CliCall run = folder.run({"--powercap", folder.path("none")});
  ASSERT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("energy not measured: this machine shows no power counters"));
  EXPECT_TRUE(folder.result().at("measured").at("joules").is_null());
  EXPECT_THAT(call({"energy", folder.results()}).out, HasSubstr("not measured"));
  // Of a program without a meter.
  nlohmann::ordered_json old = nlohmann::ordered_json::parse(read_text(folder.results() + "/result.json"));
  old.erase("measured");
  write_text_file(folder.path("old.json"), old.dump());
  EXPECT_THAT(call({"energy", folder.path("old.json")}).out, HasSubstr("which read no power counters"));
}

}  // namespace
}  // namespace synop
