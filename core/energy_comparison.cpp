#include "synop/core/energy_comparison.hpp"

#include <array>
#include <cmath>
#include <initializer_list>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double equal_within = 0.1;           // of the ratio from 1
constexpr double same_accuracy_within = 0.01;  // beyond one point the jobs differ

std::optional<double> sum_of_prices(const PriceTable& table, std::initializer_list<Operation> operations) {
  double sum = 0.0;
  for (const Operation operation : operations) {
    const Price* price = table.find(operation);
    if (price == nullptr || !price->included_in.empty()) continue;
    if (!price->joules) return {};
    sum += *price->joules;
  }
  return sum;
}

bool has_price(const PriceTable& table, Operation operation) {
  const Price* price = table.find(operation);
  return price != nullptr && price->joules;
}

void check_accuracy(std::string_view whose, double accuracy) {
  if (accuracy >= 0.0 && accuracy <= 1.0) return;
  throw Error(ErrorKind::model,
              fmt::format("the accuracy of {} is {}, outside the allowed range [0, 1]", whose, accuracy));
}

void check(const SpikingRun& spiking, const AnnBaseline& ann) {
  check_accuracy("the spiking network", spiking.accuracy);
  check_accuracy(ann.name, ann.accuracy);
  if (spiking.inferences == 0 || spiking.synapses == 0) {
    throw Error(ErrorKind::model, fmt::format("a comparison needs inferences and synapses, but the spiking network has "
                                              "{} and {}",
                                              spiking.inferences, spiking.synapses));
  }
  if (ann.counts == OperationCounts{}) {
    throw Error(ErrorKind::model, fmt::format("no operation was counted for {}", ann.name));
  }
}

Verdict judge(double ratio) {
  if (ratio < 1.0 - equal_within) return Verdict::spiking_wins;
  return ratio > 1.0 + equal_within ? Verdict::spiking_loses : Verdict::about_equal;
}

bool is_less_accurate(const Comparison& c) { return c.ann.accuracy - c.spiking.accuracy > same_accuracy_within; }

std::string accuracies(const Comparison& c) {
  std::string text =
      fmt::format("accuracy {:.2f} % spiking, {:.2f} % {}", 100 * c.spiking.accuracy, 100 * c.ann.accuracy, c.ann.name);
  if (std::abs(c.spiking.accuracy - c.ann.accuracy) > same_accuracy_within) {
    text += "; the accuracies differ by more than one point, so the two do not do quite the same job";
  }
  if (c.ratio && c.verdict == Verdict::undecided) text += "; less energy at a lower accuracy is no win";
  return text;
}

std::string names_of(const std::vector<UncoveredCount>& uncovered) {
  std::vector<std::string_view> names;
  names.reserve(uncovered.size());
  for (const UncoveredCount& each : uncovered) names.push_back(name(each.operation));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string sentence_of(const Comparison& c) {
  if (!c.ratio) {
    const std::string& refusal = c.spiking_joules ? c.ann_energy.refusal : c.spiking_energy.refusal;
    const std::string reason =
        refusal.empty() ? fmt::format("price table {} prices {} at nothing", c.table.name, c.ann.name) : refusal;
    return fmt::format("Undecided: {} ({}).", reason, accuracies(c));
  }
  std::string text = fmt::format("By {}, {}: modelled {} per inference against {} for {}, {:.3g} times as much ({}).",
                                 c.table.name, name(c.verdict), joules_text(*c.spiking_joules),
                                 joules_text(*c.ann_joules), c.ann.name, *c.ratio, accuracies(c));
  if (!c.spiking_energy.uncovered.empty()) {
    text += fmt::format(" Left out on the spiking side: {}.", names_of(c.spiking_energy.uncovered));
  }
  if (!c.ann_energy.uncovered.empty()) {
    text += fmt::format(" Left out for {}: {}.", c.ann.name, names_of(c.ann_energy.uncovered));
  }
  return text;
}

}  // namespace

std::string_view name(Verdict verdict) {
  constexpr std::array<std::string_view, 4> names = {"spiking wins", "about equal (within 10 %)", "spiking loses",
                                                     "undecided"};
  return names.at(static_cast<std::size_t>(verdict));
}

std::optional<double> break_even_spikes_per_synapse(const PriceTable& table) {
  if (!has_price(table, Operation::mac) || !has_price(table, Operation::synaptic_add)) return {};
  const auto ann = sum_of_prices(table, {Operation::mac, Operation::weight_read, Operation::activation_read});
  const auto spiking = sum_of_prices(
      table, {Operation::synaptic_add, Operation::weight_read, Operation::state_read, Operation::state_write});
  if (!ann || !spiking || *spiking == 0.0) return {};
  return *ann / *spiking;
}

Comparison compare(const SpikingRun& spiking, const AnnBaseline& ann, const PriceTable& table) {
  check(spiking, ann);
  Comparison c;
  c.table = table;
  c.spiking = spiking;
  c.ann = ann;
  c.spiking_energy = spiking.work.empty() ? price(spiking.counts, table) : price(spiking.work, table);
  c.ann_energy = ann.work.empty() ? price(ann.counts, table) : price(ann.work, table);
  const auto inferences = static_cast<double>(spiking.inferences);
  if (c.spiking_energy.total_joules) c.spiking_joules = *c.spiking_energy.total_joules / inferences;
  c.ann_joules = c.ann_energy.total_joules;
  c.spikes_per_synapse = static_cast<double>(spiking.counts[Operation::synaptic_add]) /
                         (static_cast<double>(spiking.synapses) * inferences);
  c.break_even = break_even_spikes_per_synapse(table);
  if (c.spiking_joules && c.ann_joules && *c.ann_joules > 0.0) {
    c.ratio = *c.spiking_joules / *c.ann_joules;
    c.verdict = judge(*c.ratio);
    if (c.verdict == Verdict::spiking_wins && is_less_accurate(c)) c.verdict = Verdict::undecided;
  }
  c.sentence = sentence_of(c);
  return c;
}

}  // namespace synop
