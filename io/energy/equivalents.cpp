#include "synop/io/energy/equivalents.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "synop/core/break_even.hpp"

namespace synop {

namespace {

// Whether spikes of `from` can come to `to` along projections.
bool reaches(const Ledger& ledger, const std::string& from, const std::string& to) {
  std::set<std::string> seen;
  std::vector<std::string> open{from};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    if (at == to) return true;
    if (!seen.insert(at).second) continue;
    for (const ProjectionLedger& p : ledger.projections)
      if (p.source == at) open.push_back(p.target);
  }
  return false;
}

bool is_recurrent(const Ledger& ledger, const ProjectionLedger& p) {
  return reaches(ledger, p.target, p.source);
}

std::uint64_t steps_per_inference(const Ledger& ledger, Delay step) {
  const std::uint64_t steps = steps_of(ledger, step);
  return (steps + ledger.inferences - 1) / ledger.inferences;
}

// Part of the source's neurons that are active: at all in an inference or, `per_step`, in one step.
double density(const Ledger& ledger, const ProjectionLedger& p, bool per_step, std::uint64_t steps) {
  const PopulationLedger& source = ledger.population(p.source);
  const double all = static_cast<double>(source.size) * static_cast<double>(ledger.inferences);
  const double active =
      per_step ? static_cast<double>(source.spikes) / static_cast<double>(steps) : static_cast<double>(source.active);
  return all == 0.0 ? 0.0 : std::min(1.0, active / all);
}

struct Form {
  bool sparse = false;
  bool recurrent = true;  // with recurrent projections ...
  bool unrolled = false;  // ... once per step
  const Code* bits = nullptr;
};

std::vector<AnnLayer> layers_of(const Ledger& ledger, const Form& form, std::uint64_t steps) {
  std::vector<AnnLayer> layers;
  std::set<std::string> done;  // targets whose outputs are counted
  for (const ProjectionLedger& p : ledger.projections) {
    const bool recurrent = is_recurrent(ledger, p);
    if (p.relay || p.synapses == 0 || (recurrent && !form.recurrent)) continue;
    AnnLayer layer{.name = p.name, .inputs = p.sources, .weights = p.weights(), .macs = p.layer_macs()};
    if (done.insert(p.target).second) layer.outputs = layer.biases = p.targets;
    const bool each_step = recurrent && form.unrolled;
    if (each_step) layer.evaluations = steps;
    if (form.sparse) layer.density = density(ledger, p, each_step, steps);
    if (form.bits != nullptr) layer.activation_bits = activation_bits(ledger, *form.bits);
    layers.push_back(std::move(layer));
  }
  return layers;
}

bool any_recurrent(const Ledger& ledger) {
  return std::any_of(ledger.projections.begin(), ledger.projections.end(),
                     [&](const ProjectionLedger& p) { return !p.relay && is_recurrent(ledger, p); });
}

void add_same_topology(const Ledger& ledger, const Code& code, std::vector<Equivalent>& all) {
  const std::uint64_t steps = steps_per_inference(ledger, code.step);
  const bool recurrent = any_recurrent(ledger);
  for (const bool sparse : {false, true}) {
    const std::string activity = sparse ? "measured activation sparsity" : "dense";
    if (recurrent)
      all.push_back(
          {.name = fmt::format("same topology, {}, unrolled over {} steps", activity, steps),
           .remark = fmt::format("recurrent projections once in each of {} steps of {} ms", steps, code.step.ms()),
           .layers = layers_of(ledger, {.sparse = sparse, .unrolled = true}, steps),
           .accuracy = {}});
    all.push_back({.name = recurrent ? fmt::format("same topology, {}, feed-forward part", activity)
                                     : fmt::format("same topology, {}", activity),
                   .remark = recurrent ? "without the recurrent projections" : "",
                   .layers = layers_of(ledger, {.sparse = sparse, .recurrent = false}, steps),
                   .accuracy = {}});
  }
  std::erase_if(all, [](const Equivalent& each) { return each.layers.empty(); });
}

void add_bit_matched(const EnergyResult& result, const Code& code, std::vector<Equivalent>& all) {
  const unsigned bits = activation_bits(result.ledger, code);
  const std::string remark =
      code.latency
          ? fmt::format("latencies told apart to {} ms; its accuracy is taken to be that of the spiking network",
                        code.step.ms())
          : "spike counts up to the largest that was seen; its accuracy is taken to be that of the spiking network";
  for (const bool sparse : {false, true})
    all.push_back(
        {.kind = EquivalentKind::bit_matched,
         .name = fmt::format("bit-matched, {} bits, {}", bits, sparse ? "measured activation sparsity" : "dense"),
         .remark = remark,
         .layers = layers_of(result.ledger, {.sparse = sparse, .bits = &code}, 1),
         .accuracy = result.accuracy,
         .activation_bits = bits});
}

}  // namespace

std::string_view name(EquivalentKind kind) {
  constexpr std::array<std::string_view, 3> names = {"same topology", "bit-matched", "equal accuracy"};
  return names.at(static_cast<std::size_t>(kind));
}

unsigned activation_bits(const Ledger& ledger, const Code& code) {
  if (code.latency) return bits_for_count(steps_per_inference(ledger, code.step));
  std::uint64_t largest = 0;
  for (const PopulationLedger& p : ledger.populations) largest = std::max(largest, p.largest_count);
  return bits_for_count(largest);
}

std::vector<Equivalent> equivalents_of(const EnergyResult& result, const Code& code) {
  std::vector<Equivalent> all;
  add_same_topology(result.ledger, code, all);
  if (result.is_task) add_bit_matched(result, code, all);
  return all;
}

std::vector<Equivalent> equally_accurate(const std::vector<AnnResult>& anns, double accuracy, double tolerance) {
  std::vector<Equivalent> all;
  for (const AnnResult& ann : anns) {
    if (!ann.accuracy || *ann.accuracy < accuracy - tolerance) continue;
    Equivalent dense{.kind = EquivalentKind::equal_accuracy,
                     .name = ann.name,
                     .remark = "trained: " + ann.origin,
                     .layers = ann.layers,
                     .accuracy = ann.accuracy,
                     .int8_accuracy = ann.int8_accuracy,
                     .training_macs = ann.training_macs};
    for (AnnLayer& layer : dense.layers) layer.density = 1.0;
    all.push_back(dense);
    if (std::all_of(ann.layers.begin(), ann.layers.end(), [](const AnnLayer& layer) { return layer.density == 1.0; }))
      continue;
    dense.name += ", zeros skipped";
    dense.layers = ann.layers;
    all.push_back(std::move(dense));
  }
  return all;
}

}  // namespace synop
