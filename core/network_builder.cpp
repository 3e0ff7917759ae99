#include "synop/core/network_builder.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"

namespace synop {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::model, message); }

// The ends of what is drawn, where there are any, and all that is listed. Draws of a normal are checked one by one.
void check_weight_range(const std::string& where, const Distribution& weight) {
  for (const double end : {weight.smallest(), weight.largest()})
    if (std::isfinite(end) && !any_weight.contains(end))
      refuse(fmt::format("{}: weight = {} is outside the allowed range {}", where, end, any_weight.text()));
}

// A delay above 0 must not become 0, which is another thing: it orders populations.
void refuse_delay_below_a_tick(const std::string& where, const Distribution& delay) {
  const auto check = [&](double ms) {
    if (ms > 0.0 && ms < 0.5 * tick.ms())
      refuse(fmt::format("{}: a delay of {} ms is too short; allowed: 0, or from the shortest time that can be "
                         "represented, 1 ps = 1e-9 ms",
                         where, ms));
  };
  check(delay.smallest());
  check(delay.largest());
  if (delay.kind == Distribution::Kind::list)
    for (const double ms : delay.values) check(ms);
}

}  // namespace

NetworkBuilder::NetworkBuilder(std::uint64_t seed) { network_.seed_ = seed; }

PopulationId NetworkBuilder::add_population(std::string name, std::uint32_t size, std::unique_ptr<PopulationModel> model,
                                            std::optional<Distribution> potential) {
  if (size == 0) refuse(fmt::format("population '{}': size = 0 is outside the allowed range [1, 4294967295]", name));
  for (const Population& other : network_.populations_)
    if (other.name == name) refuse(fmt::format("there are two populations named '{}'", name));
  if (std::uint64_t{network_.neuron_count_} + size > std::numeric_limits<std::uint32_t>::max())
    refuse(fmt::format("population '{}': the network would have more than 2^32 - 1 neurons", name));
  model->check_size(size);
  if (potential) {
    potential->validate(fmt::format("population '{}': V_m", name));
    if (potential->kind == Distribution::Kind::list && potential->values.size() != size)
      refuse(fmt::format("population '{}': V_m lists {} values for {} neurons", name, potential->values.size(), size));
  }
  model->settle({name, network_.seed_, network_.neuron_count_, size});
  const auto id = static_cast<std::uint32_t>(network_.populations_.size());
  network_.populations_.push_back({std::move(name), size, network_.neuron_count_, std::move(model), std::move(potential)});
  network_.neuron_count_ += size;
  return {id};
}

void NetworkBuilder::set_positions(PopulationId id, Positions positions) {
  const Slice all = checked_slice(id);
  Population& population = network_.populations_[id.index];
  const std::string what = fmt::format("population '{}': positions", population.name);
  positions.validate(what.c_str(), all.count);
  if (population.positions != nullptr) refuse(fmt::format("{} are given twice", what));
  population.positions = std::make_unique<const Positions>(std::move(positions));
}

std::uint32_t NetworkBuilder::first_id(PopulationId id) const {
  checked_slice(id);
  return network_.populations_[id.index].first_id;
}

// Stands for the values of a function of distance wherever only their range counts.
Distribution NetworkBuilder::range_over_distances(const std::string& where, const std::optional<DistanceFunction>& function,
                                                  const Distribution& otherwise, const Neurons& sources,
                                                  const Neurons& targets) const {
  if (!function) return otherwise;
  function->validate(where);
  const Positions* const from = network_.populations_[sources.population.index].positions.get();
  const Positions* const onto = network_.populations_[targets.population.index].positions.get();
  if (from == nullptr || onto == nullptr)
    refuse(fmt::format("{} by distance needs positions of both populations", where));
  if (!share_space(*from, *onto))
    refuse(fmt::format("{} by distance: the positions of the populations differ in dimensions or in their periodic box",
                       where));
  const double far = largest_distance(*from, *onto);
  return uniform(function->smallest_between(0.0, far), function->largest_between(0.0, far));
}

Slice NetworkBuilder::checked_slice(const Neurons& neurons) const {
  if (neurons.population.index >= network_.populations_.size())
    refuse(fmt::format("there is no population number {}", neurons.population.index));
  const Population& population = network_.populations_[neurons.population.index];
  const Slice slice = neurons.slice.value_or(Slice{0, population.size});
  if (slice.count == 0 || std::uint64_t{slice.first} + slice.count > population.size)
    refuse(fmt::format("neurons [{}, {}) of population '{}' are outside [0, {})", slice.first,
                       std::uint64_t{slice.first} + slice.count, population.name, population.size));
  return slice;
}

ConnectionContext NetworkBuilder::context(std::size_t index) const {
  const Projection& p = network_.projections_[index];
  return {.sources = p.sources.count,
          .targets = p.targets.count,
          .seed = network_.seed_,
          .projection = static_cast<std::uint32_t>(index),
          .same_population = p.source == p.target,
          .autapse_shift = static_cast<std::int64_t>(p.sources.first) - static_cast<std::int64_t>(p.targets.first),
          .source_positions = network_.populations_[p.source.index].positions.get(),
          .target_positions = network_.populations_[p.target.index].positions.get(),
          .source_first = p.sources.first,
          .target_first = p.targets.first};
}

ProjectionId NetworkBuilder::connect(const Neurons& sources, const Neurons& targets,
                                     std::unique_ptr<ConnectionRule> rule, Synapse synapse, std::string name) {
  const Slice from = checked_slice(sources);
  const Slice onto = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (name.empty()) name = network_.populations_[sources.population.index].name + "_" + target.name;
  for (const Projection& other : network_.projections_)
    if (other.name == name) refuse(fmt::format("there are two projections named '{}'", name));
  const std::string where = fmt::format("projection '{}'", name);
  if (!target.model->accepts_input())
    refuse(fmt::format("{}: population '{}' ({}) accepts no input", where, target.name, target.model->name()));
  synapse.weight =
      range_over_distances(where + ": weight", synapse.weight_of_distance, synapse.weight, sources, targets);
  synapse.delay = range_over_distances(where + ": delay", synapse.delay_of_distance, synapse.delay, sources, targets);
  synapse.weight.validate(where + ": weight");
  check_weight_range(where, synapse.weight);
  synapse.delay.validate(where + ": delay");
  if (synapse.delay.smallest() < 0.0)
    refuse(fmt::format("{}: delays down to {} ms are possible; allowed [0, inf) (give 'low')", where, synapse.delay.smallest()));
  refuse_delay_below_a_tick(where, synapse.delay);
  if (synapse.plasticity != nullptr && synapse.double_precision)
    refuse(fmt::format("{}: the weights of plastic synapses are stored as float", where));
  if (!unit_interval.contains(synapse.split.dendritic_fraction))
    refuse(fmt::format("{}: dendritic_fraction = {} is outside the allowed range {}", where,
                       synapse.split.dendritic_fraction, unit_interval.text()));
  const auto id = static_cast<std::uint32_t>(network_.projections_.size());
  const bool procedural = synapse.procedural || rule->has_weights();
  network_.projections_.push_back({.name = std::move(name),
                                   .source = sources.population,
                                   .target = targets.population,
                                   .sources = from,
                                   .targets = onto,
                                   .plasticity = std::move(synapse.plasticity),
                                   .split = synapse.split,
                                   .smallest_delay = {},
                                   .largest_delay = {}});
  pending_.push_back({std::move(rule), std::move(synapse.weight), std::move(synapse.delay), synapse.double_precision,
                      procedural, synapse.weight_of_distance, synapse.delay_of_distance});
  try {
    check_rule(id);
    pending_[id].rule->prepare(context(id));
    if (procedural) check_procedural(id);
  } catch (...) {  // a refused projection leaves nothing behind
    network_.projections_.pop_back();
    pending_.pop_back();
    throw;
  }
  return {id};
}

void NetworkBuilder::check_rule(std::size_t index) const {
  const Pending& pending = pending_[index];
  const ConnectionContext ctx = context(index);
  pending.rule->check(ctx);
  const std::string where = fmt::format("projection '{}'", network_.projections_[index].name);
  for (const Distribution* list : {&pending.weight, &pending.delay}) {
    if (list->kind != Distribution::Kind::list) continue;
    if (!pending.rule->list_position(ctx, 0, 0))
      refuse(fmt::format("{}: values cannot be listed for {}, whose synapses have no fixed number or order", where, pending.rule->name()));
    const auto expected = static_cast<std::uint64_t>(pending.rule->expected_synapses(ctx));
    if (list->values.size() != expected)
      refuse(fmt::format("{}: {} values are listed for {} synapses", where, list->values.size(), expected));
  }
}

// What is generated at every spike cannot differ from synapse to synapse, nor change.
void NetworkBuilder::check_procedural(std::size_t index) const {
  const Pending& pending = pending_[index];
  const Projection& projection = network_.projections_[index];
  const auto refuse_value = [&](std::string_view key, std::string_view value, std::string_view allowed) {
    refuse(fmt::format("projection '{}': {} = {} with procedural synapses; allowed: {}", projection.name, key, value,
                       allowed));
  };
  if (!pending.rule->has_rows())
    refuse_value("rule", pending.rule->name(),
                 "rules that say which targets a source has, as all_to_all, one_to_one, fixed_outdegree, pairwise_bernoulli and pairwise_poisson do");
  if (pending.weight.kind != Distribution::constant)
    refuse_value("weight", kind_name(pending.weight.kind), "one weight for all of them");
  if (pending.rule->has_weights() && pending.weight.a != 1.0)
    refuse(fmt::format("projection '{}': weight = {} beside those of the rule {}; allowed: 1", projection.name,
                       pending.weight.a, pending.rule->name()));
  if (pending.delay.kind != Distribution::constant)
    refuse_value("delay", kind_name(pending.delay.kind), "one delay for all of them");
  if (projection.plasticity) refuse_value("synapse", projection.plasticity->name(), "static synapses");
}

void NetworkBuilder::drive(const Neurons& targets, std::unique_ptr<DriveModel> model, double weight, Delay delay,
                           std::string name) {
  const Slice slice = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (name.empty()) name = fmt::format("{}_{}", model->name(), target.name);
  if (!target.model->accepts_input())
    refuse(fmt::format("drive '{}': population '{}' ({}) accepts no input", name, target.name, target.model->name()));
  if (!any_weight.contains(weight))
    refuse(fmt::format("drive '{}': weight = {} is outside the allowed range {}", name, weight, any_weight.text()));
  if (delay.ticks < 0) refuse(fmt::format("drive '{}': delay = {} ms is negative", name, delay.ms()));
  model->settle(slice);
  network_.drives_.push_back({std::move(name), targets.population, slice, std::move(model), weight, delay});
}

void NetworkBuilder::add_current(const Neurons& targets, double amplitude, Time start, Time stop) {
  const Slice slice = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (!any_current.contains(amplitude))
    refuse(fmt::format("a current of {} pA is outside the allowed range {}", amplitude, any_current.text()));
  if (start < Time{} || stop < start)
    refuse(fmt::format("a current from {} ms to {} ms: allowed 0 <= start <= stop", start.ms(), stop.ms()));
  if (!target.model->accepts_input())
    refuse(fmt::format("population '{}' ({}) accepts no current", target.name, target.model->name()));
  if (target.model->weight_unit().empty())
    refuse(fmt::format("population '{}' ({}) has no membrane that a current could charge", target.name, target.model->name()));
  network_.currents_.push_back({targets.population, {start, slice, amplitude}});
  if (stop != Time::never()) network_.currents_.push_back({targets.population, {stop, slice, -amplitude}});
}

void NetworkBuilder::add_current(const Neurons& targets, std::unique_ptr<CurrentModel> model) {
  const Slice slice = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (!target.model->accepts_input())
    refuse(fmt::format("population '{}' ({}) accepts no current", target.name, target.model->name()));
  network_.changing_currents_.push_back({targets.population, slice, std::move(model)});
}

}  // namespace synop
