#include <sys/resource.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

// Expects both `check` and `run` to refuse with this code, every part in the message, and no results folder.
void expect_refused(const ExperimentFolder& folder, int code, const std::vector<std::string>& parts) {
  for (const CliCall& refused : {folder.run(), folder.check()}) {
    EXPECT_EQ(refused.code, code) << refused.err;
    for (const std::string& part : parts) EXPECT_THAT(refused.err, HasSubstr(part));
    EXPECT_THAT(refused.out, IsEmpty());
  }
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
}

struct BadExperiment {
  const char* what;
  const char* by;
  std::vector<std::string> says;
};

TEST(CliErrors, NamePlaceKeyValueAndRangeOfWhatIsWrong) {
  const std::vector<BadExperiment> cases{
      {"size = 100", "sise = 100", {":11:1: key 'population[0].sise'", "did you mean 'size'"}},
      {"tau_m = \"20 ms\"", "tau_m = \"20 mV\"", {":12:20: key 'population[0].params.tau_m'", "20 mV", "a time"}},
      {"tau_m = \"20 ms\"", "tau_m = nan", {":12:20: key 'population[0].params.tau_m'", "nan", "[0.001, 1000000] ms"}},
      {"indegree = 10", "indegree = -1", {":19:12: key 'projection[0].indegree'", "-1", "[0, 4294967295]"}},
      {"{ uniform = [\"1 ms\", \"2 ms\"] }", "\"-1 ms\"", {":21:9: key 'projection[0].delay'", "-1 ms", "allowed: [0"}},
      {"\"200 ms\"", "\"40 ms\"", {":6:11: key 'simulation.warm_up'", "50", "40"}},
      {"V_reset = \"10 mV\"", "V_reset = \"20 mV\"", {":8:1", "V_reset = 20 mV", "V_th = 20"}},
      {"model = \"iaf_psc_delta\"",
       "model = \"iaf_psc_detla\"",
       {":10:9: key 'population[0].model'", "did you mean 'iaf_psc_delta'"}},
      {"csv = true",
       "csv = true\n[energy]\ntables = [\"loihi_2019\"]",
       {"key 'energy.tables'", "loihi_2019", "did you mean 'loihi_2018'"}},
      {"weight = \"0.5 mV\"",
       "weight = { list = [1, 2] }",
       {":20:10: key 'projection[0].weight'", "2 values", "1000 synapses"}},
      {"weight = \"0.5 mV\"", "weight = 0.5\nsynapse = \"stdp_synapse\"\nparams = { Wmax = 0 }", {":15:1", "Wmax = 0"}},
  };
  for (const BadExperiment& bad : cases) {
    const ExperimentFolder folder(replaced(small_experiment, bad.what, bad.by));
    std::vector<std::string> parts = bad.says;
    parts[0].insert(0, parts[0][0] == ':' ? folder.file() : "");
    expect_refused(folder, 3, parts);
  }
}

TEST(CliErrors, RefuseMoreThreadsThanCanBeMade) {
  const ExperimentFolder folder;
  const CliCall refused = folder.run({"--threads", "65536"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("--threads"), HasSubstr("65536"), HasSubstr("1024")));
  const ExperimentFolder in_file(replaced(small_experiment, "[simulation]", "[simulation]\nthreads = 1025"));
  expect_refused(in_file, 3, {"key 'simulation.threads'", "1025", "[0, 1024]"});
  const CliCall many = folder.run({"--threads", "1024"});
  EXPECT_EQ(many.code, 0) << many.err;
  EXPECT_THAT(many.err, HasSubstr("1024 threads on"));
}

const std::string parrots = "\n[[population]]\nname = \"p\"\nmodel = \"parrot_neuron\"\nsize = 2\n";

TEST(CliErrors, RefuseToRecordOrChargeAMembraneThatIsNotThere) {
  const ExperimentFolder multimeter(small_experiment + parrots +
                                    "[[recorder]]\nmodel = \"multimeter\"\nsource = \"p\"\n");
  expect_refused(multimeter, 3, {"key 'recorder[1].source'", "'p' (parrot_neuron) has no V_m"});
  const ExperimentFolder variable(std::string(small_experiment) +
                                  "[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\nrecord = [\"g\"]\n");
  expect_refused(variable, 3, {"key 'recorder[1].record'", "cannot record 'g'"});
  const ExperimentFolder current(small_experiment + parrots +
                                 "[[stimulus]]\nmodel = \"dc_generator\"\ntarget = \"p\"\namplitude = 1\n");
  expect_refused(current, 3, {"key 'stimulus[1].target'", "parrot_neuron", "no membrane"});
}

TEST(CliErrors, RefuseNamesThatLeaveTheResultsFolder) {
  for (const char* name : {"..", ".", ".hidden"}) {
    const ExperimentFolder folder(replaced(small_experiment, "\"small\"", "\"" + std::string(name) + "\""));
    expect_refused(folder, 3, {":1:8: key 'name'", name, "beginning"});
  }
}

TEST(CliErrors, NameAnUnknownCommandAndTheNearest) {
  const CliCall refused = call({"rnu", "x.toml"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("no command 'rnu'"), HasSubstr("did you mean 'run'")));
}

TEST(CliErrors, RefuseAnEmptyResultsFolder) {
  const ExperimentFolder folder;
  const CliCall refused = call({"run", folder.file(), "-o", ""});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("--output"), HasSubstr("the path is empty")));
}

struct BadTask {
  const char* what;
  const char* by;
  int code;
  std::vector<std::string> says;
};

TEST(CliErrors, OfTasksAreTheSameForCheckAndRun) {
  const std::vector<BadTask> cases{
      {"role = \"label\"", "role = \"train\"", 3, {"key 'task.phase[2]'", "role = \"label\" before it"}},
      {"size = 784", "size = 100", 3, {"key 'task.input'", "100 neurons", "784 pixels"}},
      {"role = \"test\"", "role = \"test\"\nplasticity = true", 3, {"plasticity and homeostasis off"}},
      {"projection = \"pixels_exc\"", "projection = \"inhibition\"", 3, {"only the weights of plastic synapses"}},
      {"source = \"generated\"", "source = \"idx\"\npath = \"nowhere\"", 4, {"nowhere"}},
      {"[task]",
       "[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"exc\"\n[task]",
       3,
       {"key 'recorder'", "a task takes no recorders"}},
      {"[task]",
       "[[reward]]\nmodel = \"volume_transmitter\"\nprojection = \"pixels_exc\"\nsource = \"exc\"\ndelay = 1\n[task]",
       3,
       {"key 'reward'", "a task gives no rewards"}},
  };
  for (const BadTask& bad : cases)
    expect_refused(ExperimentFolder(replaced(small_task, bad.what, bad.by)), bad.code, bad.says);
}

TEST(CliErrors, OfPhasesBeyondTheDataSetAreFoundByCheckToo) {
  const auto big_endian = [](std::uint32_t v) {
    return std::string{static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
                       static_cast<char>(v)};
  };
  const ExperimentFolder folder(replaced(small_task, "source = \"generated\"", "source = \"idx\"\npath = \".\""));
  write_text_file(folder.path("train-images-idx3-ubyte"),
                  big_endian(2051) + big_endian(50) + big_endian(28) + big_endian(28) + std::string(50 * 784, 'x'));
  write_text_file(folder.path("train-labels-idx1-ubyte"), big_endian(2049) + big_endian(50) + std::string(50, '\1'));
  expect_refused(folder, 3, {"key 'task.phase[0].samples'", "images [0, 60)", "the data set has 50"});
}

TEST(CliErrors, RefuseWhatIsNotToml) {
  const ExperimentFolder folder(replaced(small_experiment, "size = 100", "size = "));
  expect_refused(folder, 3, {folder.file() + ":11:"});
}

TEST(CliErrors, NameACycleOfZeroDelays) {
  const std::string text = R"([simulation]
duration = "10 ms"
[[population]]
name = "a"
model = "iaf_psc_delta"
size = 2
[[population]]
name = "b"
model = "iaf_psc_delta"
size = 2
[[projection]]
source = "a"
target = "b"
rule = "all_to_all"
delay = 0
[[projection]]
source = "b"
target = "a"
rule = "explicit"
file = "pairs.csv"
)";
  const ExperimentFolder folder(text);
  write_text_file(folder.path("pairs.csv"), "source,target,delay\n0,1,0\n1,1,0.0\n");
  expect_refused(folder, 3, {"zero delay form a cycle", "a -> b -> a"});
  write_text_file(folder.path("pairs.csv"), "source,target,delay\n0,1,0\n1,1,1.0\n");  // one of them is enough
  const CliCall refused = folder.run();
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("a -> b -> a"));
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
  write_text_file(folder.path("pairs.csv"), "source,target,delay\n0,1,1\n1,1,1.0\n");
  EXPECT_EQ(folder.run().code, 0);
}

TEST(CliErrors, NamePlaceInAConnectionFileOfTheWrongShape) {
  const ExperimentFolder folder(replaced(small_experiment, "rule = \"fixed_indegree\"\nindegree = 10\n",
                                         "rule = \"explicit\"\nfile = \"pairs.csv\"\n"));
  const std::string file = folder.path("pairs.csv");
  expect_refused(folder, 4, {"pairs.csv"});  // not there
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases{
      {"source,target\n0,1\n0\n", {file + ":3"}},
      {"source,target\n0,1,2\n", {file + ":2"}},
      {"source\n0\n", {file, "target"}},
      {"source,target,wait\n0,1,2\n", {file + ":1", "wait", "weight"}},
      {"source,target\n0,100\n", {file + ":2: column 'target'", "100"}},
      {"source,target\n0.5,1\n", {file + ":2: column 'source'", "0.5"}},
      {"source,target\n-1,1\n", {file + ":2: column 'source'", "-1"}},
      {"source,target\n0,nan\n", {file + ":2: column 'target'", "nan"}},
      {"", {file}},
  };
  for (const auto& [text, says] : cases) {
    write_text_file(file, text);
    expect_refused(folder, 3, says);
  }
  write_text_file(file, "source,target,weight\n0,1,0.5\n");
  expect_refused(folder, 3, {folder.file() + ":20:10: key 'projection[0].weight'", "column 'weight'"});
}

TEST(CliErrors, NameTheNumberOfListedWeightsThatDoesNotFitAConnectionFile) {
  const std::string explicit_rule = replaced(small_experiment, "rule = \"fixed_indegree\"\nindegree = 10\n",
                                             "rule = \"explicit\"\nfile = \"pairs.csv\"\n");
  const ExperimentFolder folder(replaced(explicit_rule, "weight = \"0.5 mV\"", "weight = { list = [1, 2, 3] }"));
  write_text_file(folder.path("pairs.csv"), "source,target\n0,1\n1,2\n");
  expect_refused(folder, 3, {"exc_exc", "3 values", "2 synapses"});
}

TEST(CliErrors, NamePlaceInASpikeFileOfTheWrongShape) {
  const ExperimentFolder folder(
      "[simulation]\nduration = 10\n[[population]]\nname = \"in\"\nmodel = \"spike_generator\"\nsize = 3\n"
      "spike_file = \"spikes.csv\"\n");
  const std::string file = folder.path("spikes.csv");
  expect_refused(folder, 4, {"spikes.csv"});
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases{
      {"neuron,time_ms\n3,1.0\n", {file + ":2: column 'neuron'", "3"}},
      {"neuron,time_ms\n0,-1.0\n", {file + ":2: column 'time_ms'", "-1"}},
      {"neuron,time_ms\n0,inf\n", {file + ":2: column 'time_ms'", "inf"}},
      {"neuron\n0\n", {file, "time_ms"}},
  };
  for (const auto& [text, says] : cases) {
    write_text_file(file, text);
    expect_refused(folder, 3, says);
  }
  write_text_file(file, "neuron,time_ms\n0,5\n2,1\n0,1\n");
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(folder.result().at("populations").at(0).at("spikes"), 3);
}

TEST(CliErrors, NameWhatAMultimeterCannotRecord) {
  const std::string recorder = "[[recorder]]\nmodel = \"multimeter\"\nsource = \"exc\"\n";
  {
    const ExperimentFolder folder(small_experiment + recorder + "record = [\"V_n\"]\n");
    const CliCall refused = folder.run();
    EXPECT_EQ(refused.code, 3);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("key 'recorder[1].record'"), HasSubstr("V_n"), HasSubstr("V_m")));
    EXPECT_FALSE(std::filesystem::exists(folder.results()));
  }
  for (const char* name : {"spikes", "weights"}) {  // whose file would be that of the spikes or the weights
    const ExperimentFolder folder(small_experiment + recorder + "name = \"" + name + "\"\n");
    expect_refused(folder, 3, {"key 'recorder[1].name'", name});
  }
  const ExperimentFolder folder(
      replaced(small_experiment + recorder, "[[projection]]",
               "[[population]]\nname = \"noise\"\nmodel = \"poisson_population\"\nsize = 2\n\n[[projection]]"));
  const CliCall refused = folder.run({"--set", "recorder[1].source=noise"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("recorder[1].source"), HasSubstr("noise"), HasSubstr("V_m")));
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
}

TEST(CliErrors, GiveFourForFilesThatCannotBeReadOrWritten) {
  EXPECT_EQ(call({"run", "/nonexistent/a.toml"}).code, 4);
  EXPECT_THAT(call({"check", "/nonexistent/a.toml"}).err, HasSubstr("'/nonexistent/a.toml'"));
  EXPECT_EQ(call({"check", "/tmp"}).code, 4);
  const ExperimentFolder folder;
  const CliCall on_a_file = call({"run", folder.file(), "-o", folder.file(), "-q"});
  EXPECT_EQ(on_a_file.code, 4);
  EXPECT_THAT(on_a_file.err, HasSubstr(folder.file()));
  const CliCall below_a_file = call({"run", folder.file(), "-o", folder.file() + "/below", "-q"});
  EXPECT_EQ(below_a_file.code, 4);
  EXPECT_THAT(below_a_file.err, HasSubstr("Not a directory"));
}

TEST(CliErrors, GiveFourForAFolderWithoutTheRightToWrite) {
  const ExperimentFolder folder;
  const std::filesystem::path shut = folder.path("shut");
  std::filesystem::create_directory(shut);
  std::filesystem::permissions(shut, std::filesystem::perms(0555));
  std::filesystem::permissions(std::filesystem::path(folder.file()).parent_path(), std::filesystem::perms(0755));
  const bool is_root = ::geteuid() == 0;  // who may write everywhere
  constexpr uid_t nobody = 65534;
  if (is_root && ::seteuid(nobody) != 0) GTEST_SKIP() << "cannot act as a user without rights";
  const CliCall refused = call({"run", folder.file(), "-o", (shut / "a/b").string(), "-q"});
  if (is_root && ::seteuid(0) != 0) FAIL() << "cannot become root again";
  std::filesystem::permissions(shut, std::filesystem::perms::owner_all);
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("Permission denied"), HasSubstr(shut.string())));
  EXPECT_FALSE(std::filesystem::exists(shut / "a"));
}

std::uint64_t peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss);
}

TEST(CliErrors, RefuseANetworkTooLargeForMemoryBeforeItIsAllocated) {
  const std::uint64_t before = peak_kilobytes();
  const ExperimentFolder folder;
  for (const char* command : {"run", "check"}) {
    const CliCall refused = call({command, folder.file(), "--set", "population.exc.size=4000000000", "--set",
                                  "projection[0].indegree=100000", "--set", "projection[0].weight={uniform=[0,1]}"});
    if (std::string(command) == "check") {
      EXPECT_EQ(refused.code, 0) << refused.err;  // it is a valid experiment, for a larger machine
      EXPECT_THAT(refused.out, HasSubstr("400,000,000,000,000"));
      continue;
    }
    EXPECT_EQ(refused.code, 5) << refused.err;
    EXPECT_THAT(refused.err,
                AllOf(HasSubstr("GB"), HasSubstr("available"), HasSubstr("projection exc_exc"), HasSubstr("4e+14")));
  }
  EXPECT_FALSE(std::filesystem::exists("results/small"));
  EXPECT_LT(peak_kilobytes() - before, 100'000u);
}

TEST(CliErrors, NameTheKeyOfAMissingNetwork) {
  const ExperimentFolder folder("[simulation]\nduration = \"10 ms\"\n[nir]\nfile = \"none.nir\"\nmode = \"exact\"\nspike = \"delta\"\n");
  expect_refused(folder, 4, {"experiment.toml:4:8: key 'nir.file': cannot open '", "none.nir': No such file or directory"});
}

TEST(CliErrors, SayWhatToDoWithAnHdf5File) {
  const TemporaryFolder folder;
  for (const char* name : {"net.nir", "spikes.h5"}) write_text_file(folder / name, "\x89HDF\r\n\x1a\n and more");
  for (const char* command : {"run", "check"}) {
    const CliCall nir = call({command, (folder / "net.nir").string()});
    EXPECT_EQ(nir.code, 3);
    EXPECT_THAT(nir.err, AllOf(HasSubstr("net.nir' is a NIR file, not an experiment; `synop import nir "),
                               HasSubstr("net.nir -o net.toml` writes an experiment")));
    EXPECT_THAT(call({command, (folder / "spikes.h5").string()}).err, HasSubstr("is an HDF5 file, not an experiment; `synop info "));
  }
}

TEST(CliErrors, RefuseSpikeTrainsTooManyForMemory) {
  const ExperimentFolder folder(
      "[simulation]\nduration = 10\n[[population]]\nname = \"in\"\nmodel = \"spike_generator\"\nsize = 4294967295\n"
      "spike_file = \"spikes.csv\"\n");
  write_text_file(folder.path("spikes.csv"), "neuron,time_ms\n0,5\n");
  const std::uint64_t before = peak_kilobytes();
  EXPECT_EQ(folder.run().code, 5);
  EXPECT_LT(peak_kilobytes() - before, 100'000u);
}

}  // namespace
}  // namespace synop
