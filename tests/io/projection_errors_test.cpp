#include <string>

#include <gtest/gtest.h>

#include "support/bad_experiment.hpp"

namespace synop {
namespace {

using namespace test;

// Projections from exc to exc, without and with a rule.
const std::string head = "[[projection]]\n";
const std::string ends = "source = \"exc\"\ntarget = \"exc\"\n";
const std::string all = ends + "rule = \"all_to_all\"\n";

void expect_projection_refused(const std::string& before, const BadFile& file) {
  expect_refused(file, simulation + exc_population + in_population + before, "");
}

TEST(ProjectionErrors, OfSlicesNameKeyAndPosition) {
  const BadFile slices[] = {
      {"source = @@\"ecx\"\n", "projection[0].source", "names no population (did you mean 'exc'?)"},
      {"source = @@5\n", "projection[0].source", "an integer"},
      {"source = @@\"exc[0:11]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[5:5]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[-1:5]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[0:99999999999999999999]\"\n", "projection[0].source", "0 <= first < last <= 10"},
      {"source = @@\"exc[3]\"\n", "projection[0].source", "is not a slice"},
      {"source = @@\"exc[3:4\"\n", "projection[0].source", "is not a slice"},
      {"source = @@\"exc[3:4]x\"\n", "projection[0].source", "is not a slice"},
  };
  for (const BadFile& file : slices)
    expect_projection_refused(head + "target = \"exc\"\nrule = \"all_to_all\"\n", file);
  expect_projection_refused(head + "source = \"exc\"\nrule = \"all_to_all\"\n",
                            {"target = @@\"in\"\n", "projection[0].target", "takes no input"});
}

TEST(ProjectionErrors, OfRulesNameKeyAndPosition) {
  const BadFile rules[] = {
      {"rule = @@\"all_to_al\"\n", "projection[0].rule", "did you mean 'all_to_all'?"},
      {"rule = @@\"conngen\"\n", "projection[0].rule", "allowed: one_to_one, all_to_all"},
      {"rule = \"all_to_all\"\nindegree = @@3\n", "projection[0].indegree", "with rule fixed_indegree"},
      {"rule = \"all_to_all\"\np = @@0.5\n", "projection[0].p", "with rule pairwise_bernoulli"},
      {"rule = \"fixed_indegree\"\nindegree = @@-3\n", "projection[0].indegree", "[0, 4294967295]"},
      {"rule = \"fixed_indegree\"\nindegree = @@11\nallow_multapses = false\n", "projection[0].indegree",
       "more than the 10 sources"},
      {"rule = \"fixed_indegree\"\nindegree = @@10\nallow_multapses = false\nallow_autapses = false\n",
       "projection[0].indegree", "more than the 9 sources"},
      {"rule = \"one_to_one\"\nallow_autapses = @@false\n", "projection[0].allow_autapses", "no effect"},
      {"rule = \"explicit\"\nconnections = [[0, 1]]\nallow_multapses = @@false\n", "projection[0].allow_multapses",
       "no effect"},
      {"rule = \"all_to_all\"\nallow_multapses = @@true\n", "projection[0].allow_multapses", "fixed_indegree"},
      {"rule = \"pairwise_bernoulli\"\np = 0.1\nallow_multapses = @@false\n", "projection[0].allow_multapses",
       "fixed_indegree"},
      {"rule = \"all_to_all\"\nN = @@5\n", "projection[0].N", "with rule fixed_total_number"},
      {"rule = \"fixed_total_number\"\nN = @@-1\n", "projection[0].N", "[0, 9007199254740992]"},
      {"rule = \"fixed_total_number\"\nN = @@1.5\n", "projection[0].N", "an integer"},
      {"rule = \"fixed_total_number\"\nN = 5\nindegree = @@5\n", "projection[0].indegree", "with rule fixed_indegree"},
      {"rule = \"fixed_total_number\"\nN = 5\nallow_multapses = @@false\n", "projection[0].allow_multapses",
       "fixed_indegree"},
      {"rule = \"fixed_total_number\"\nN = 5\nweight = @@{ list = [1, 2] }\n", "projection[0].weight",
       "one for each of the 5 synapses"},
      {"rule = \"fixed_outdegree\"\noutdegree = @@-3\n", "projection[0].outdegree", "[0, 4294967295]"},
      {"rule = \"fixed_outdegree\"\noutdegree = @@10\nallow_multapses = false\nallow_autapses = false\n",
       "projection[0].outdegree", "more than the 9 targets"},
      {"rule = \"fixed_outdegree\"\noutdegree = 2\nweight = @@{ list = [1, 2] }\n", "projection[0].weight", "to chance"},
      {"rule = \"fixed_indegree\"\nindegree = 2\noutdegree = @@2\n", "projection[0].outdegree", "with rule fixed_outdegree"},
      {"rule = \"symmetric_pairwise_bernoulli\"\np = @@-0.1\n", "projection[0].p", "[0, 1]"},
      {"rule = \"symmetric_pairwise_bernoulli\"\np = 0.1\nallow_autapses = @@false\n", "projection[0].allow_autapses",
       "no effect"},
      {"rule = \"pairwise_poisson\"\npairwise_avg_num_conns = @@-1\n", "projection[0].pairwise_avg_num_conns",
       "[0, 1000000]"},
      {"rule = \"pairwise_poisson\"\npairwise_avg_num_conns = 1\np = @@0.1\n", "projection[0].p",
       "with rule pairwise_bernoulli or symmetric_pairwise_bernoulli"},
      {"rule = \"pairwise_bernoulli\"\np = @@1.1\n", "projection[0].p", "[0, 1]"},
      {"rule = \"pairwise_bernoulli\"\np = @@nan\n", "projection[0].p", "not a finite number"},
      {"rule = \"pairwise_bernoulli\"\np = @@\"0.5 mV\"\n", "projection[0].p", "a pure number"},
      {"rule = \"explicit\"\nconnections = [[0, 1], [0, @@10]]\n", "projection[0].connections[1][1]", "[0, 9]"},
      {"rule = \"explicit\"\nconnections = [@@[0]]\n", "projection[0].connections[0]", "a pair [source, target]"},
      {"rule = \"explicit\"\nconnections = @@[]\nfile = \"x.csv\"\n", "projection[0].connections", "exactly one"},
      {"rule = \"explicit\"\nconnections = [[0, 1]]\nweight = @@{ list = [1, 2] }\n", "projection[0].weight",
       "one for each of the 1 synapses"},
      {"rule = \"pairwise_bernoulli\"\np = 0.1\nweight = @@{ list = [1, 2] }\n", "projection[0].weight", "to chance"},
      {"rule = \"one_to_one\"\ndelay = @@{ list = [1, 2] }\n", "projection[0].delay",
       "one for each of the 10 synapses"},
  };
  for (const BadFile& file : rules) expect_projection_refused(head + ends, file);
  expect_projection_refused(head + "source = \"exc[0:3]\"\ntarget = \"exc\"\n",
                            {"rule = @@\"one_to_one\"\n", "projection[0].rule", "joins 3 sources to 10 targets"});
  expect_projection_refused(head + "source = \"exc[0:3]\"\ntarget = \"exc\"\n",
                            {"rule = @@\"symmetric_pairwise_bernoulli\"\np = 0.1\n", "projection[0].rule",
                             "the same neurons"});
  expect_projection_refused(head + "source = \"exc[3:4]\"\ntarget = \"exc[3:4]\"\nrule = \"fixed_total_number\"\n",
                            {"N = @@1\nallow_autapses = false\n", "projection[0].N", "only an autapse"});
}

TEST(ProjectionErrors, OfMissingKeysNameTheProjection) {
  expect_projection_refused("@@" + head + "target = \"exc\"\nrule = \"all_to_all\"\n",
                            {"", "projection[0].source", "missing"});
  expect_projection_refused("@@" + head + "source = \"exc\"\nrule = \"all_to_all\"\n",
                            {"", "projection[0].target", "missing"});
  expect_projection_refused("@@" + head + ends, {"", "projection[0].rule", "missing"});
  expect_projection_refused("@@" + head + ends + "rule = \"fixed_indegree\"\n",
                            {"", "projection[0].indegree", "missing"});
  expect_projection_refused("@@" + head + ends + "rule = \"fixed_total_number\"\n", {"", "projection[0].N", "missing"});
  expect_projection_refused("@@" + head + ends + "rule = \"pairwise_bernoulli\"\n", {"", "projection[0].p", "missing"});
  expect_projection_refused("@@" + head + ends + "rule = \"explicit\"\n",
                            {"", "projection[0].connections", "exactly one"});
}

TEST(ProjectionErrors, OfSynapsesNameKeyAndPosition) {
  const BadFile synapses[] = {
      {"synapse = @@\"sdtp_synapse\"\n", "projection[0].synapse", "did you mean 'stdp_synapse'?"},
      {"synapse = \"stdp_synapse\"\nparams = { lambda = @@1 }\n", "projection[0].params.lambda", "allowed: (0, 1)"},
      {"params = { @@lambda = 0.5 }\n", "projection[0].params.lambda", "static_synapse has no parameter"},
      {"weight = @@\"1 pA\"\n", "projection[0].weight", "a voltage"},
      {"weight = @@inf\n", "projection[0].weight", "not a finite number"},
      {"delay = @@-1\n", "projection[0].delay", "value -1 is out of range; allowed: [0, "},
      {"delay = @@\"1 mV\"\n", "projection[0].delay", "a time"},
      {"delay = { uniform = [@@-1, 2] }\n", "projection[0].delay.uniform[0]", "out of range"},
      {"delay = @@{ normal = [1.5, 0.7] }\n", "projection[0].delay", "allowed: low >= 0"},
      {"delay = @@{ normal = [1.5, 0.7], low = -1, outside = \"clip\" }\n", "projection[0].delay", "allowed: low >= 0"},
      {"delay_split = @@\"axonal\"\n", "projection[0].delay_split", "no effect on static_synapse"},
      {"synapse = \"stdp_synapse\"\ndelay_split = @@\"axnal\"\n", "projection[0].delay_split",
       "did you mean 'axonal'?"},
      {"synapse = \"stdp_synapse\"\ndelay_split = @@0.3\n", "projection[0].delay_split", "axonal, dendritic"},
      {"synapse = \"stdp_synapse\"\ndelay_split = { dendritic_fraction = @@1.3 }\n",
       "projection[0].delay_split.dendritic_fraction", "[0, 1]"},
      {"weight_precision = @@\"half\"\n", "projection[0].weight_precision", "allowed: float, double"},
      {"allow_autapses = @@1\n", "projection[0].allow_autapses", "true or false"},
      {"@@wieght = 1\n", "projection[0].wieght", "did you mean 'weight'?"},
  };
  for (const BadFile& file : synapses) expect_projection_refused(head + all, file);
}

TEST(ProjectionErrors, OfProceduralStorageNameKeyAndPosition) {
  const std::string bernoulli = ends + "rule = \"pairwise_bernoulli\"\np = 0.1\n";
  const BadFile files[] = {
      {"storage = @@\"procedurall\"\n", "projection[0].storage", "did you mean 'procedural'?"},
      {"storage = @@true\n", "projection[0].storage", "stored, procedural"},
      {"storage = \"procedural\"\nweight = @@{ uniform = [0, 1] }\n", "projection[0].weight", "allowed: one weight"},
      {"storage = \"procedural\"\ndelay = @@{ uniform = [1, 2] }\n", "projection[0].delay", "allowed: one delay"},
      {"storage = @@\"procedural\"\nsynapse = \"stdp_synapse\"\n", "projection[0].storage",
       "synapse stdp_synapse, whose weights change; allowed: with static_synapse"},
  };
  for (const BadFile& file : files) expect_projection_refused(head + bernoulli, file);
  expect_projection_refused(head + ends + "rule = \"fixed_indegree\"\nindegree = 3\n",
                            {"storage = @@\"procedural\"\n", "projection[0].storage",
                             "allowed: with rule one_to_one, all_to_all, fixed_outdegree, pairwise_bernoulli or pairwise_poisson"});
}

}  // namespace
}  // namespace synop
