#include "synop/io/energy/detail/costs.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace synop::detail {

namespace {

using enum Operation;

constexpr double equal_within = 0.1;  // of a ratio from 1

Cost cost_of(const EnergyEstimate& estimate, double inferences) {
  Cost cost{.joules = {},
            .refusal = estimate.refusal,
            .uncovered = estimate.uncovered,
            .training_joules = {},
            .training_refusal = "",
            .shares = {}};
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

Verdict verdict_of(double ratio) {
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
  std::stable_sort(all.begin(), all.end(), [](const Sensitivity& x, const Sensitivity& y) {
    return std::abs(x.elasticity) > std::abs(y.elasticity);
  });
  if (all.size() > 2) all.resize(2);
  return all;
}

LifeCycle life_cycle(const Cost& spiking, const Cost& other) {
  if (!spiking.training_joules || !other.training_joules || !spiking.joules || !other.joules)
    return {{}, "training not known"};
  const double extra = *spiking.training_joules - *other.training_joules;
  const double gain = *other.joules - *spiking.joules;
  if (gain > 0.0 && extra > 0.0)
    return {extra / gain, fmt::format("training is repaid after {:.3g} inferences", extra / gain)};
  if (gain > 0.0) return {0.0, "cheaper in training and in every inference"};
  if (extra >= 0.0) return {{}, "never repaid: dearer in training and in every inference"};
  return {{}, fmt::format("cheaper in training; that is used up after {:.3g} inferences", extra / gain)};
}

}  // namespace

Cost spiking_cost(const EnergyResult& result, const PriceTable& table, Traffic traffic, const EnergyOptions& options) {
  const Deployment deployment = deployment_of(table, traffic, options);
  const SpikingWork work = spiking_work(result.ledger, deployment);
  Cost cost = cost_of(price(work.inference, table), static_cast<double>(result.ledger.inferences));
  charge_training(result, table, deployment, cost);
  return cost;
}

Cost ann_cost(const Equivalent& ann, const PriceTable& table, Traffic traffic) {
  const bool too_narrow = ann.activation_bits != 0 && table.weight_bits != 0 && ann.activation_bits > table.weight_bits;
  if (too_narrow)
    return {.joules = {},
            .refusal = fmt::format("price table {} is for {} bits; activations of {} do not fit", table.name,
                                   table.weight_bits, ann.activation_bits),
            .uncovered = {},
            .training_joules = {},
            .training_refusal = "",
            .shares = {}};
  std::vector<Work> work;
  for (const AnnLayer& layer : ann.layers) work.push_back(ann_work(layer, traffic));
  Cost cost = cost_of(price(work, table), 1.0);
  cost.training_joules = ann_training_joules(ann, table, traffic);
  return cost;
}

Contest contest(std::size_t opponent, const Cost& spiking, Cost cost) {
  Contest c{.opponent = opponent, .cost = std::move(cost), .ratio = {}, .sensitivities = {}, .life = {}};
  if (!spiking.joules || !c.cost.joules || *c.cost.joules <= 0.0) return c;
  c.ratio = *spiking.joules / *c.cost.joules;
  c.verdict = verdict_of(*c.ratio);
  c.sensitivities = sensitivities(spiking, c.cost, *c.ratio);
  c.life = life_cycle(spiking, c.cost);
  return c;
}

}  // namespace synop::detail
