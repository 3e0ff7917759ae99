#include "synop/io/energy/energy_account.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/price_catalogue.hpp"

namespace synop {

namespace {

using enum Operation;

constexpr double equal_within = 0.1;  // of a ratio from 1

Cost cost_of(const EnergyEstimate& estimate, double inferences) {
  Cost cost{.joules = {}, .refusal = estimate.refusal, .uncovered = estimate.uncovered, .training_joules = {}, .training_refusal = "", .shares = {}};
  if (!estimate.total_joules) return cost;
  cost.joules = *estimate.total_joules / inferences;
  for (const EnergyRow& row : estimate.rows)
    if (row.joules && *estimate.total_joules > 0.0) cost.shares[row.operation] = *row.joules / *estimate.total_joules;
  return cost;
}

Deployment deployment_of(const PriceTable& table, Traffic traffic, const EnergyOptions& options) {
  return {.step = options.code.step, .clocked = table.clocked, .traffic = traffic};
}

// All training phases, plasticity included.
void charge_training(const EnergyResult& result, const PriceTable& table, const Deployment& deployment, Cost& cost) {
  if (result.training.empty()) return;
  double sum = 0.0;
  for (const TrainingPhase& phase : result.training) {
    SpikingWork work = spiking_work(phase.ledger, deployment);
    std::move(work.plasticity.begin(), work.plasticity.end(), std::back_inserter(work.inference));
    const EnergyEstimate estimate = price(work.inference, table);
    cost.training_refusal = estimate.refusal;
    if (!estimate.total_joules) return;
    sum += *estimate.total_joules;
  }
  cost.training_joules = sum;
}

Cost spiking_cost(const EnergyResult& result, const PriceTable& table, Traffic traffic, const EnergyOptions& options) {
  const Deployment deployment = deployment_of(table, traffic, options);
  const SpikingWork work = spiking_work(result.ledger, deployment);
  Cost cost = cost_of(price(work.inference, table), static_cast<double>(result.ledger.inferences));
  charge_training(result, table, deployment, cost);
  return cost;
}

// Training by gradient descent as so many MACs with their operands.
std::optional<double> ann_training_joules(const Equivalent& ann, const PriceTable& table, Traffic traffic) {
  if (ann.training_macs == 0) return {};
  AnnLayer all{.name = "training", .inputs = 1, .outputs = 0, .weights = 0, .macs = ann.training_macs};
  for (const AnnLayer& layer : ann.layers) {
    all.weights += layer.weights;
    all.inputs = std::max(all.inputs, layer.inputs);
  }
  if (traffic == Traffic::reused) traffic = Traffic::every_use;  // what is reused between samples is not known
  const Work work = ann_work(all, traffic);
  return price(std::span(&work, 1), table).total_joules;
}

Cost ann_cost(const Equivalent& ann, const PriceTable& table, Traffic traffic) {
  const bool too_narrow = ann.activation_bits != 0 && table.weight_bits != 0 && ann.activation_bits > table.weight_bits;
  if (too_narrow)
    return {.joules = {}, .refusal = fmt::format("price table {} is for {} bits; activations of {} do not fit", table.name,
                                                 table.weight_bits, ann.activation_bits), .uncovered = {}, .training_joules = {}, .training_refusal = "", .shares = {}};
  std::vector<Work> work;
  for (const AnnLayer& layer : ann.layers) work.push_back(ann_work(layer, traffic));
  Cost cost = cost_of(price(work, table), 1.0);
  cost.training_joules = ann_training_joules(ann, table, traffic);
  return cost;
}

Span widened(Span range, double value, bool first) {
  return first ? Span{value, value} : Span{std::min(range.low, value), std::max(range.high, value)};
}

Verdict judge(double ratio) {
  if (ratio < 1.0 - equal_within) return Verdict::spiking_wins;
  return ratio > 1.0 + equal_within ? Verdict::spiking_loses : Verdict::about_equal;
}

double share(const Cost& cost, Operation operation) {
  const auto found = cost.shares.find(operation);
  return found == cost.shares.end() ? 0.0 : found->second;
}

// The share of a price in the one cost minus that in the other is how the ratio answers to it.
std::vector<Sensitivity> sensitivities(const Cost& spiking, const Cost& other, double ratio) {
  std::vector<Sensitivity> all;
  for (const Operation operation : all_operations()) {
    const double a = share(spiking, operation), b = share(other, operation);
    if (a != 0.0 || b != 0.0) all.push_back({operation, a - b, ratio * (1.0 + a) / (1.0 + b)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Sensitivity& x, const Sensitivity& y) { return std::abs(x.elasticity) > std::abs(y.elasticity); });
  if (all.size() > 2) all.resize(2);
  return all;
}

LifeCycle life_cycle(const Cost& spiking, const Cost& other) {
  if (!spiking.training_joules || !other.training_joules || !spiking.joules || !other.joules) return {{}, "training not known"};
  const double extra = *spiking.training_joules - *other.training_joules;
  const double gain = *other.joules - *spiking.joules;
  if (gain > 0.0 && extra > 0.0) return {extra / gain, fmt::format("training is repaid after {:.3g} inferences", extra / gain)};
  if (gain > 0.0) return {0.0, "cheaper in training and in every inference"};
  if (extra >= 0.0) return {{}, "never repaid: dearer in training and in every inference"};
  return {{}, fmt::format("cheaper in training; that is used up after {:.3g} inferences", extra / gain)};
}

Contest contest(std::size_t opponent, const Cost& spiking, Cost cost) {
  Contest c{.opponent = opponent, .cost = std::move(cost), .ratio = {}, .sensitivities = {}, .life = {}};
  if (!spiking.joules || !c.cost.joules || *c.cost.joules <= 0.0) return c;
  c.ratio = *spiking.joules / *c.cost.joules;
  c.verdict = judge(*c.ratio);
  c.sensitivities = sensitivities(spiking, c.cost, *c.ratio);
  c.life = life_cycle(spiking, c.cost);
  return c;
}

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
    case state_write: return true;
    case neuron_update:
    case threshold_compare: return !clocked;
    default: return false;
  }
}

// S* of the case: A per synapse from the dense feed-forward network of the same topology, B per operation and the rest as
// they were paid.
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
  t.break_even = BreakEvenTerms{.conventional = *dense.joules / synapses, .event = growing / events,
                                .update = fixed / synapses, .steps = 1.0, .fan_in = 1.0}
                     .solve();
}

void summarise(EnergyAccount& account) {
  for (const TableAccount& t : account.tables)
    for (const Contest& c : t.contests) {
      if (!c.ratio) continue;
      const auto same = [&](const NodeSummary& s) {
        return s.node_nm == t.table.node_nm && s.node_nm != 0.0 && s.traffic == t.traffic && s.opponent == c.opponent;
      };
      auto found = std::find_if(account.summaries.begin(), account.summaries.end(), same);
      const bool first = found == account.summaries.end();
      if (first)
        found = account.summaries.insert(found, {.node_nm = t.table.node_nm, .traffic = t.traffic, .opponent = c.opponent,
                                                 .tables = {}, .evidence = {}, .spiking = {}, .other = {}, .ratio = {},
                                                 .verdict = std::string(name(c.verdict))});
      found->tables.push_back(t.table.name);
      found->evidence.push_back(t.table.evidence);
      found->spiking = widened(found->spiking, *t.spiking.joules, first);
      found->other = widened(found->other, *c.cost.joules, first);
      found->ratio = widened(found->ratio, *c.ratio, first);
      if (found->verdict != name(c.verdict)) found->verdict = "depends on the table";
    }
}

// The kinds of opponents from the one that decides most to the one that decides least.
std::optional<std::size_t> decisive_opponent(const EnergyAccount& account, const TableAccount& t) {
  for (const EquivalentKind kind : {EquivalentKind::equal_accuracy, EquivalentKind::bit_matched, EquivalentKind::same_topology}) {
    const Contest* cheapest = nullptr;
    for (const Contest& c : t.contests)
      if (c.ratio && account.opponents[c.opponent].kind == name(kind) && (cheapest == nullptr || *c.cost.joules < *cheapest->cost.joules))
        cheapest = &c;
    if (cheapest != nullptr) return cheapest->opponent;
  }
  return {};
}

std::string verdict_sentence(const EnergyAccount& account, double node, Traffic traffic) {
  Span ratio;
  std::size_t tables = 0;
  std::vector<std::string> names;
  std::string kind;
  bool wins = true, loses = true;
  for (const TableAccount& t : account.tables) {
    if (t.table.node_nm != node || t.traffic != traffic || !t.decisive) continue;
    const Contest& c = t.contests[*t.decisive];
    ratio = widened(ratio, *c.ratio, tables++ == 0);
    wins = wins && c.verdict == Verdict::spiking_wins;
    loses = loses && c.verdict == Verdict::spiking_loses;
    kind = account.opponents[c.opponent].kind;
    const std::string text = account.opponents[c.opponent].name;
    if (std::find(names.begin(), names.end(), text) == names.end()) names.push_back(text);
  }
  if (tables == 0) return "";
  const char* const verdict = wins ? "spiking wins" : loses ? "spiking loses" : tables == 1 ? "about equal" : "it depends on the table";
  const std::string times = ratio.low == ratio.high ? fmt::format("{:.3g}", ratio.low) : fmt::format("{:.3g} to {:.3g}", ratio.low, ratio.high);
  return fmt::format("{:g} nm, {}: {}, {} times the modelled energy of the cheapest network of {} ({}), over {} table{}", node,
                     name(traffic), verdict, times, kind, fmt::join(names, "; "), tables, tables == 1 ? "" : "s");
}

void judge_all(EnergyAccount& account) {
  for (TableAccount& t : account.tables) t.decisive = decisive_opponent(account, t);
  std::vector<double> nodes;
  for (const TableAccount& t : account.tables)
    if (t.table.node_nm != 0.0 && std::find(nodes.begin(), nodes.end(), t.table.node_nm) == nodes.end()) nodes.push_back(t.table.node_nm);
  for (const double node : nodes)
    for (const Traffic traffic : {Traffic::none, Traffic::every_use, Traffic::reused})
      if (std::string sentence = verdict_sentence(account, node, traffic); !sentence.empty()) account.verdicts.push_back(std::move(sentence));
  if (account.verdicts.empty()) account.verdicts.push_back("undecided: no price table has prices for both sides");
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
      throw Error(ErrorKind::input, fmt::format("'{}' cannot be compared with '{}': only tasks say which job was done, and {} has none",
                                                result.path, other.path, result.is_task ? other.experiment : result.experiment));
    if (result.job != other.job)
      throw Error(ErrorKind::input, fmt::format("'{}' and '{}' did not do the same job: {} against {}", result.path, other.path, result.job, other.job));
  }
}

std::vector<Equivalent> all_equivalents(EnergyAccount& account) {
  const EnergyResult& result = account.result;
  std::vector<Equivalent> all = equivalents_of(result, account.options.code);
  if (!result.is_task || !result.accuracy) {
    account.remarks.push_back("without a task there is neither an accuracy nor data to train on: only (a) is compared, and a run "
                              "counts as one inference");
    return all;
  }
  std::vector<AnnResult> anns = result.anns;
  anns.insert(anns.end(), account.options.anns.begin(), account.options.anns.end());
  std::vector<Equivalent> trained = equally_accurate(anns, *result.accuracy, account.options.tolerance);
  if (trained.empty())
    account.remarks.push_back(fmt::format("no trained network reaches {:.2f} % within {:g} points: (c) is missing; train more of "
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
    TableAccount t{.table = table, .traffic = traffic,
                   .memory_included = table.find(weight_read) != nullptr && !table.find(weight_read)->included_in.empty(),
                   .spiking = spiking_cost(account.result, table, traffic, account.options), .break_even = {}, .no_break_even = "", .contests = {}, .decisive = {}};
    const Cost* dense_cost = nullptr;
    for (std::size_t i = 0; i < anns.size(); ++i) t.contests.push_back(contest(i, t.spiking, ann_cost(anns[i], table, traffic)));
    for (std::size_t i = 0; i < anns.size(); ++i)
      if (dense_cost == nullptr && anns[i].kind == EquivalentKind::same_topology && anns[i].name.find("unrolled") == std::string::npos)
        dense_cost = &t.contests[i].cost;
    if (dense_cost != nullptr) solve_break_even(t, account, *dense_cost, synapses);
    for (std::size_t i = 0; i < account.options.others.size(); ++i)
      t.contests.push_back(contest(anns.size() + i, t.spiking, spiking_cost(account.options.others[i], table, traffic, account.options)));
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
    account.opponents.push_back({std::string(name(ann.kind)), ann.name, ann.remark, ann.accuracy, ann.int8_accuracy, macs_of(ann)});
  for (const EnergyResult& other : account.options.others)
    account.opponents.push_back({"spiking", other.experiment, other.path, other.accuracy, {}, 0});
  for (const PriceTable& table : account.options.tables) add_table(account, table, anns);
  summarise(account);
  judge_all(account);
  return account;
}

std::vector<PriceTable> default_tables() {
  std::vector<PriceTable> tables;
  for (const char* name :
       {"horowitz45_fp32_compute", "horowitz45_int8_compute", "horowitz45_fp32_memory", "horowitz45_fp16_memory",
        "horowitz45_int32_memory", "horowitz45_int8_memory", "davidson_furber22", "loihi_2018", "loihi_sanafe", "truenorth_2014",
        "truenorth_survey", "spinnaker_2019", "spinnaker2_2019"})
    tables.push_back(find_price_table(name));
  return tables;
}

}  // namespace synop
