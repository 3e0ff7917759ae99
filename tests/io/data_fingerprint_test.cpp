#include "synop/io/tasks/data_fingerprint.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<DataFingerprint> prints_of(const ExperimentFolder& folder) {
  return data_fingerprints(read_experiment(folder.file(), {}, model_catalogue()));
}

const std::string files = R"([simulation]
duration = "1 ms"
[[population]]
name = "in"
model = "spike_generator"
size = 2
spike_file = "spikes.csv"
[[population]]
name = "out"
model = "iaf_psc_delta"
size = 2
positions = { file = "places.csv" }
[[projection]]
source = "in"
target = "out"
rule = "explicit"
file = "synapses.csv"
)";

TEST(DataFingerprint, NamesTheKeyOfEveryFile) {
  const ExperimentFolder folder(files);
  EXPECT_THAT(prints_of(folder), ElementsAre()) << "none is there";
  write_text_file(folder.path("spikes.csv"), "neuron,time_ms\n0,1\n");
  write_text_file(folder.path("places.csv"), "x,y\n0,0\n0,1\n");
  write_text_file(folder.path("synapses.csv"), "source,target\n0,1\n");
  const auto before = prints_of(folder);
  std::vector<std::string> keys;
  for (const DataFingerprint& print : before) keys.push_back(print.key);
  EXPECT_THAT(keys, ElementsAre("population[0].spike_file", "population[1].positions.file", "projection[0].file"));
  EXPECT_EQ(before[0].bytes, 19u);
  EXPECT_EQ(difference(before, prints_of(folder)), "");
  write_text_file(folder.path("synapses.csv"), "source,target\n1,1\n");  // as long as before
  EXPECT_THAT(difference(before, prints_of(folder)),
              testing::AllOf(HasSubstr("projection[0].file: '"), HasSubstr("synapses.csv' held 18 bytes with the hash "),
                             HasSubstr(" and holds 18 bytes with the hash ")));
  std::filesystem::remove(folder.path("spikes.csv"));
  EXPECT_THAT(difference(before, prints_of(folder)),
              testing::AllOf(HasSubstr("population[0].spike_file: '"), HasSubstr("cannot be read any more")));
  EXPECT_THAT(difference({}, before), HasSubstr("could not be read then"));
}

std::string of_dataset(const std::string& dataset) {
  return "[[population]]\nname = \"in\"\nmodel = \"spike_train_injector\"\nsize = 8\n[[population]]\nname = \"out\"\n"
         "model = \"iaf_psc_delta\"\nsize = 2\n[[projection]]\nsource = \"in\"\ntarget = \"out\"\nrule = \"all_to_all\"\n"
         "[task]\ntype = \"unsupervised_classification\"\ninput = \"in\"\nreadout = \"out\"\npresentation = \"9 ms\"\n"
         "[task.dataset]\n" +
         dataset + "[[task.phase]]\nrole = \"test\"\nsamples = 1\n";
}

TEST(DataFingerprint, TakesASetOfEventFilesTogether) {
  const ExperimentFolder folder(
      of_dataset("source = \"event_csv\"\npath = \"set\"\nclasses = 2\nwidth = 2\nheight = 2\npolarities = 2\n"));
  for (const char* name : {"set/0/a.csv", "set/1/b.csv"}) {
    std::filesystem::create_directories(std::filesystem::path(folder.path(name)).parent_path());
    write_text_file(folder.path(name), "t,x,y,p\n1,0,0,1\n");
  }
  const auto before = prints_of(folder);
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0].key, "task.dataset.path");
  EXPECT_EQ(before[0].path, folder.path("set"));
  EXPECT_EQ(before[0].bytes, 32u);
  std::filesystem::rename(folder.path("set/1/b.csv"), folder.path("set/1/c.csv"));
  EXPECT_THAT(difference(before, prints_of(folder)), HasSubstr("task.dataset.path: '"));
}

TEST(DataFingerprint, LooksAtTheFilesOfImagesAlone) {
  const ExperimentFolder folder(
      of_dataset("source = \"idx\"\npath = \"set\"\n[task.encoder]\ntype = \"latency\"\ncourse = \"linear\"\nt_max = \"5 ms\"\n"));
  std::filesystem::create_directories(folder.path("set"));
  write_text_file(folder.path("set/train-images-idx3-ubyte"), "images");
  write_text_file(folder.path("set/train-labels-idx1-ubyte"), "labels");
  const auto before = prints_of(folder);
  ASSERT_EQ(before.size(), 2u);
  EXPECT_THAT(before[1].path, HasSubstr("train-labels-idx1-ubyte"));
  write_text_file(folder.path("set/README"), "read me");
  EXPECT_EQ(difference(before, prints_of(folder)), "");
}

}  // namespace
}  // namespace synop
