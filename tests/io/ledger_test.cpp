#include "synop/core/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"
#include "synop/core/energy.hpp"
#include "synop/core/error.hpp"
#include "synop/core/work.hpp"
#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/energy/price_catalogue.hpp"

namespace synop {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

Ledger ledger_in(const nlohmann::json& result) {
  return detail::read_ledger(Json::parse(result.at("ledger").dump()), "ledger");
}

Ledger run_ledger(const std::vector<std::string>& more) {
  const ExperimentFolder folder;
  const CliCall run = folder.run(more);
  EXPECT_EQ(run.code, 0) << run.err;
  return ledger_in(folder.result());
}

TEST(Ledger, IsTheSameForEveryNumberOfThreads) {
  const Ledger one = run_ledger({"--threads", "1"});
  EXPECT_GT(one.projections.at(0).deliveries, 1000u);
  for (const char* threads : {"2", "3", "8"})
    EXPECT_EQ(run_ledger({"--threads", threads}), one) << threads << " threads";
}

TEST(Ledger, BalancesDeliveriesAndWhatIsInFlight) {
  const Ledger ledger = run_ledger({});
  const ProjectionLedger& p = ledger.projections.at(0);
  EXPECT_TRUE(p.balanced());
  EXPECT_GT(p.in_flight_after, 0u);
  EXPECT_GT(p.in_flight_before, 0u);
  EXPECT_EQ(p.source_spikes, ledger.population("exc").spikes);
  EXPECT_EQ(p.target_spikes, p.source_spikes);
  EXPECT_EQ(p.dense_deliveries, 100 * p.source_spikes);
  EXPECT_EQ(p.effective_deliveries, p.sent);
  EXPECT_EQ(ledger.simulated, Delay::from_ms(150.0));
}

// Where all weights are zero nothing is effective, and everything is still delivered.
TEST(Ledger, TellsZeroWeightsApart) {
  const Ledger ledger = run_ledger({"--set", "projection[0].weight=0 mV"});
  const ProjectionLedger& p = ledger.projections.at(0);
  EXPECT_EQ(p.zero_weights, p.synapses);
  EXPECT_EQ(p.effective_deliveries, 0u);
  EXPECT_GT(p.deliveries, 0u);
}

// 4 x 4 inputs, summed by 2 x 2, into 3 kernels of 2 x 2: one output each.
TEST(Ledger, KnowsWeightsThatSynapsesShare) {
  const ExperimentFolder folder(R"(
[simulation]
duration = "10 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 16
params = { rate = "1 kHz" }
[[population]]
name = "out"
model = "iaf_psc_delta"
size = 3
[[projection]]
source = "in"
target = "out"
rule = "convolution"
convolution = { input = [1, 4, 4], channels = 3, kernel = 2, pool = 2 }
weight = { list = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0] }
)");
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const Ledger ledger = detail::read_ledger(nlohmann::ordered_json(folder.result().at("ledger")), "ledger");
  const ProjectionLedger& p = ledger.projections.at(0);
  EXPECT_EQ(p.synapses, 44u) << "11 weights, each of 4 inputs";
  EXPECT_EQ(p.weights(), 11u);
  EXPECT_EQ(p.layer_macs(), 11u) << "the additions of the pooling are none";
  EXPECT_FALSE(p.needs_indices());
  EXPECT_TRUE(p.balanced());
}

TEST(Ledger, SurvivesJson) {
  const Ledger ledger = run_ledger({});
  EXPECT_EQ(detail::read_ledger(detail::ledger_json(ledger), "it"), ledger);
  const auto refusal = [&](const char* key, const Json& value) {
    Json json = detail::ledger_json(ledger);
    json[key] = value;
    try {
      (void)detail::read_ledger(json, "file.json: ledger");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal("schema_version", 2), HasSubstr("file.json: ledger has schema_version 2; this program reads 1"));
  EXPECT_THAT(refusal("inferences", -1), HasSubstr("'inferences' is -1, not a count"));
  EXPECT_THAT(refusal("projections", Json::array({Json::object()})), HasSubstr("ledger.projections has no 'name'"));
}

TEST(Ledger, OfPhasesAddsUpOverSamples) {
  const ExperimentFolder folder(small_task);
  ASSERT_EQ(folder.run().code, 0);
  const nlohmann::json result = folder.result();
  for (const auto& phase : result.at("phases")) {
    const Ledger ledger = ledger_in(phase);
    EXPECT_EQ(ledger.inferences, phase.at("samples"));
    EXPECT_EQ(ledger.simulated, Delay::from_ms(100.0) * phase.at("presentations").get<std::int64_t>());
    EXPECT_EQ(ledger.population("exc").spikes, phase.at("spikes"));
    for (const ProjectionLedger& p : ledger.projections) EXPECT_TRUE(p.balanced()) << p.name;
    EXPECT_GT(ledger.population("pixels").largest_count, 0u);
    EXPECT_LE(ledger.population("exc").active, 20 * ledger.inferences);
  }
  Ledger sum = ledger_in(result.at("phases").at(1));
  const Ledger other = ledger_in(result.at("phases").at(2));
  const std::uint64_t before = sum.projections[0].deliveries;
  sum += other;
  EXPECT_EQ(sum.projections[0].deliveries, before + other.projections[0].deliveries);
  EXPECT_EQ(sum.inferences, 80u);
  Ledger wrong = other;
  wrong.projections.pop_back();
  EXPECT_THROW(sum += wrong, Error);
}

// Without a restart between samples what is in flight when a phase ends arrives in the next one.
TEST(Ledger, BalancesOverPhasesThatFollowEachOther) {
  std::string text = small_task;
  text.replace(text.find("[[task.phase]]"), 0, "[[task.phase]]\nname = \"first\"\nrole = \"train\"\nsamples = 20\n\n");
  for (const char* reset : {"true", "false"}) {
    const ExperimentFolder folder(text);
    const CliCall run = folder.run(
        {"--set", std::string("task.between_samples.reset_state=") + reset, "--set", "projection[1].delay=80 ms"});
    ASSERT_EQ(run.code, 0) << run.err;
    std::uint64_t before = 0;
    const nlohmann::json result = folder.result();
    for (const auto& phase : result.at("phases"))
      for (const ProjectionLedger& p : ledger_in(phase).projections) {
        EXPECT_TRUE(p.balanced()) << phase.at("name") << ' ' << p.name << " reset " << reset;
        before += p.in_flight_before;
      }
    EXPECT_EQ(before > 0, std::string(reset) == "false");
  }
}

TEST(Ledger, KeepsPlasticityApartFromInference) {
  const ExperimentFolder folder(small_task);
  ASSERT_EQ(folder.run().code, 0);
  const auto work_of = [&](int phase) { return spiking_work(ledger_in(folder.result().at("phases").at(phase)), {}); };
  const SpikingWork training = work_of(0), test = work_of(2);
  ASSERT_EQ(training.plasticity.size(), 1u);
  EXPECT_GT(total(training.plasticity)[Operation::plasticity_update], 0u);
  EXPECT_EQ(total(test.plasticity), OperationCounts{});
  EXPECT_EQ(total(training.inference)[Operation::plasticity_update], 0u);
}

// Sum of the parts = total, by every table that prices it.
TEST(SpikingWork, CostsWhatItsPartsCost) {
  const Ledger ledger = run_ledger({});
  int priced = 0;
  for (const PriceTable& table : builtin_price_tables())
    for (const Traffic traffic : {Traffic::none, Traffic::every_use, Traffic::reused}) {
      const SpikingWork work = spiking_work(ledger, {.clocked = table.clocked, .traffic = traffic});
      const EnergyEstimate estimate = price(work.inference, table);
      if (!estimate.total_joules) continue;
      double sum = 0.0;
      for (const PartEnergy& part : estimate.parts) sum += part.joules;
      EXPECT_NEAR(sum, *estimate.total_joules, 1e-12 * sum) << table.name;
      ++priced;
    }
  EXPECT_GT(priced, 30);
}

TEST(SpikingWork, ChargesEveryNeuronInEveryStepOfAClockedChip) {
  const Ledger ledger = run_ledger({});
  const OperationCounts events = total(spiking_work(ledger, {}).inference);
  const OperationCounts clocked = total(spiking_work(ledger, {.step = Delay::from_ms(0.1), .clocked = true}).inference);
  EXPECT_EQ(events[Operation::idle_update], 0u);
  EXPECT_EQ(clocked[Operation::idle_update] + clocked[Operation::neuron_update], 100u * 1500u);
  EXPECT_EQ(clocked[Operation::threshold_compare], 100u * 1500u);
  EXPECT_EQ(clocked[Operation::synaptic_add], events[Operation::synaptic_add]);
  EXPECT_EQ(clocked[Operation::spike_emitted], events[Operation::spike_emitted]);
}

TEST(SpikingWork, TouchesAStateOncePerStepWhenItIsReused) {
  const Ledger ledger = run_ledger({});
  const OperationCounts all = total(spiking_work(ledger, {}).inference);
  const OperationCounts reused =
      total(spiking_work(ledger, {.step = Delay::from_ms(10.0), .traffic = Traffic::reused}).inference);
  const OperationCounts none = total(spiking_work(ledger, {.traffic = Traffic::none}).inference);
  EXPECT_EQ(all[Operation::state_read], all[Operation::synaptic_add]);
  EXPECT_EQ(reused[Operation::state_read], 100u * 15u);
  EXPECT_EQ(reused[Operation::weight_read], all[Operation::weight_read]);
  EXPECT_EQ(none[Operation::weight_read] + none[Operation::state_read] + none[Operation::index_read], 0u);
  EXPECT_EQ(none[Operation::synaptic_add], all[Operation::synaptic_add]);
}

TEST(AnnWork, ReadsEveryOperandOnceWhenItIsReused) {
  AnnLayer layer = dense_layer("hidden", 100, 20, true);
  const Work every = ann_work(layer, Traffic::every_use), once = ann_work(layer, Traffic::reused);
  EXPECT_EQ(every.counts[Operation::mac], 2000u);
  EXPECT_EQ(every.counts[Operation::weight_read], 2020u);
  EXPECT_EQ(every.counts[Operation::activation_read], 2000u);
  EXPECT_EQ(once.counts[Operation::activation_read], 100u);
  EXPECT_EQ(once.counts[Operation::weight_read], 2020u);
  layer.evaluations = 10;  // unrolled: the weights stay
  EXPECT_EQ(ann_work(layer, Traffic::reused).counts[Operation::weight_read], 2020u);
  EXPECT_EQ(ann_work(layer, Traffic::every_use).counts[Operation::mac], 20000u);
  layer.density = 0.25;
  EXPECT_EQ(ann_work(layer, Traffic::every_use).counts[Operation::mac], 5000u);
  layer.density = 1.5;
  EXPECT_THROW(ann_work(layer, Traffic::none), Error);
}

}  // namespace
}  // namespace synop
