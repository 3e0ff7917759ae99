#include "synop/io/energy/energy_account.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/detail/costs.hpp"
#include "synop/io/energy/price_catalogue.hpp"

namespace synop {

namespace {

using enum Operation;

// Which ways to charge memory a table can tell apart.
std::vector<Traffic> traffics_of(const PriceTable& table) {
  const Price* const price = table.find(weight_read);
  if (price == nullptr) return {Traffic::none};
  if (!price->included_in.empty()) return {Traffic::every_use};
  return {Traffic::none, Traffic::every_use, Traffic::reused};
}

std::uint64_t synapses_of(const Ledger& ledger) {
  std::uint64_t synapses = 0;
  for (const ProjectionLedger& p : ledger.projections) synapses += p.relay ? 0 : p.synapses;
  return synapses;
}

// What of the spiking cost grows with S, and what does not.
bool grows_with_events(Operation operation, bool clocked) {
  switch (operation) {
    case synaptic_add:
    case weight_read:
    case index_read:
    case state_read:
    case state_write:
      return true;
    case neuron_update:
    case threshold_compare:
      return !clocked;
    default:
      return false;
  }
}

// S* of the case: A per synapse from the dense feed-forward network of the same topology, B per operation and the rest
// as they were paid.
void solve_break_even(TableAccount& t, const EnergyAccount& account, const Cost& dense, double synapses) {
  if (!t.spiking.joules || !dense.joules) {
    t.no_break_even = t.spiking.joules ? dense.refusal : t.spiking.refusal;
    return;
  }
  const double events = account.spikes_per_synapse * synapses;
  if (events <= 0.0) {
    t.no_break_even = "no synapse was crossed";
    return;
  }
  double growing = 0.0;
  for (const auto& [operation, part] : t.spiking.shares)
    if (grows_with_events(operation, t.table.clocked)) growing += part * *t.spiking.joules;
  if (growing <= 0.0) {
    t.no_break_even = fmt::format("price table {} charges nothing for events", t.table.name);
    return;
  }
  const double fixed = *t.spiking.joules - growing;
  t.break_even = BreakEvenTerms{.conventional = *dense.joules / synapses,
                                .event = growing / events,
                                .update = fixed / synapses,
                                .steps = 1.0,
                                .fan_in = 1.0}
                     .solve();
}

void describe(EnergyAccount& account) {
  const Ledger& ledger = account.result.ledger;
  const auto inferences = static_cast<double>(ledger.inferences);
  const double synapses = static_cast<double>(synapses_of(ledger));
  double deliveries = 0.0, pairs = 0.0, effective = 0.0, neurons = 0.0, spikes = 0.0;
  for (const ProjectionLedger& p : ledger.projections) {
    if (p.relay) continue;
    deliveries += static_cast<double>(p.deliveries);
    pairs += static_cast<double>(p.sources) * static_cast<double>(p.targets);
    effective += static_cast<double>(p.synapses - p.zero_weights);
  }
  for (const PopulationLedger& p : ledger.populations) {
    neurons += p.neurons ? static_cast<double>(p.size) : 0.0;
    spikes += p.neurons ? static_cast<double>(p.spikes) : 0.0;
  }
  account.steps = static_cast<double>(steps_of(ledger, account.options.code.step)) / inferences;
  if (synapses > 0.0) account.spikes_per_synapse = deliveries / (synapses * inferences);
  if (neurons > 0.0) account.activation_sparsity = 1.0 - spikes / (neurons * account.steps * inferences);
  if (pairs > 0.0) account.connection_sparsity = std::max(0.0, 1.0 - effective / pairs);
  account.bits = activation_bits(ledger, account.options.code);
  account.views = all_views(activity_of(ledger, account.options.code.step));
  for (const Threshold& each : published_thresholds())
    account.thresholds.push_back({each, standing(account.spikes_per_synapse, each.low, each.high)});
  const Threshold quantised = quantised_threshold(account.bits, 8);
  account.thresholds.push_back({quantised, standing(account.spikes_per_synapse, quantised.low, quantised.high)});
}

void check_jobs(const EnergyResult& result, const EnergyOptions& options) {
  for (const EnergyResult& other : options.others) {
    if (!result.is_task || !other.is_task)
      throw Error(ErrorKind::input,
                  fmt::format("'{}' cannot be compared with '{}': only tasks say which job was done, and {} has none",
                              result.path, other.path, result.is_task ? other.experiment : result.experiment));
    if (result.job != other.job)
      throw Error(ErrorKind::input, fmt::format("'{}' and '{}' did not do the same job: {} against {}", result.path,
                                                other.path, result.job, other.job));
  }
}

std::vector<Equivalent> all_equivalents(EnergyAccount& account) {
  const EnergyResult& result = account.result;
  std::vector<Equivalent> all = equivalents_of(result, account.options.code);
  if (!result.is_task || !result.accuracy) {
    account.remarks.push_back(
        "without a task there is neither an accuracy nor data to train on: only (a) is compared, and a run "
        "counts as one inference");
    return all;
  }
  if (result.grids.empty())
    account.remarks.push_back(
        "accuracy with spike times rounded to a grid was not measured: energy.spike_grids = [\"1 ms\", ...] in "
        "the experiment");
  std::vector<AnnResult> anns = result.anns;
  anns.insert(anns.end(), account.options.anns.begin(), account.options.anns.end());
  std::vector<Equivalent> trained = equally_accurate(anns, *result.accuracy, account.options.tolerance);
  if (trained.empty())
    account.remarks.push_back(
        fmt::format("no trained network reaches {:.2f} % within {:g} points: (c) is missing; train more of "
                    "them and give them with --against",
                    100.0 * *result.accuracy, 100.0 * account.options.tolerance));
  std::move(trained.begin(), trained.end(), std::back_inserter(all));
  return all;
}

std::uint64_t macs_of(const Equivalent& ann) {
  std::uint64_t macs = 0;
  for (const AnnLayer& layer : ann.layers) macs += ann_work(layer, Traffic::none).counts[mac];
  return macs;
}

void add_table(EnergyAccount& account, const PriceTable& table, const std::vector<Equivalent>& anns) {
  const double synapses = static_cast<double>(synapses_of(account.result.ledger));
  for (const Traffic traffic : traffics_of(table)) {
    TableAccount t{
        .table = table,
        .traffic = traffic,
        .memory_included = table.find(weight_read) != nullptr && !table.find(weight_read)->included_in.empty(),
        .spiking = detail::spiking_cost(account.result, table, traffic, account.options),
        .break_even = {},
        .no_break_even = "",
        .contests = {},
        .decisive = {}};
    const Cost* dense_cost = nullptr;
    for (std::size_t i = 0; i < anns.size(); ++i)
      t.contests.push_back(detail::contest(i, t.spiking, detail::ann_cost(anns[i], table, traffic)));
    for (std::size_t i = 0; i < anns.size(); ++i)
      if (dense_cost == nullptr && anns[i].kind == EquivalentKind::same_topology &&
          anns[i].name.find("unrolled") == std::string::npos)
        dense_cost = &t.contests[i].cost;
    if (dense_cost != nullptr) solve_break_even(t, account, *dense_cost, synapses);
    for (std::size_t i = 0; i < account.options.others.size(); ++i)
      t.contests.push_back(
          detail::contest(anns.size() + i, t.spiking,
                          detail::spiking_cost(account.options.others[i], table, traffic, account.options)));
    account.tables.push_back(std::move(t));
  }
}

}  // namespace

EnergyAccount energy_account(EnergyResult result, EnergyOptions options) {
  if (options.tables.empty()) options.tables = default_tables();
  check_jobs(result, options);
  EnergyAccount account;
  account.result = std::move(result);
  account.options = std::move(options);
  describe(account);
  const std::vector<Equivalent> anns = all_equivalents(account);
  for (const Equivalent& ann : anns)
    account.opponents.push_back(
        {std::string(name(ann.kind)), ann.name, ann.remark, ann.accuracy, ann.int8_accuracy, macs_of(ann)});
  for (const EnergyResult& other : account.options.others)
    account.opponents.push_back({"spiking", other.experiment, other.path, other.accuracy, {}, 0});
  for (const PriceTable& table : account.options.tables) add_table(account, table, anns);
  detail::summarise(account);
  detail::judge(account);
  return account;
}

std::vector<PriceTable> default_tables() {
  std::vector<PriceTable> tables;
  for (const char* name :
       {"horowitz45_fp32_compute", "horowitz45_int8_compute", "horowitz45_fp32_memory", "horowitz45_fp16_memory",
        "horowitz45_int32_memory", "horowitz45_int8_memory", "davidson_furber22", "loihi_2018", "loihi_sanafe",
        "truenorth_2014", "truenorth_survey", "spinnaker_2019", "spinnaker2_2019"})
    tables.push_back(find_price_table(name));
  return tables;
}

}  // namespace synop
