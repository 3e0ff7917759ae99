#include "synop/core/network.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/sampling.hpp"

namespace synop {

namespace {

template <class Items>
std::uint32_t find_by_name(const Items& items, std::string_view kind, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& item : items) names.push_back(item.name);
  for (std::uint32_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  throw Error(ErrorKind::model, fmt::format("there is no {} '{}'{}", kind, name, did_you_mean(name, names)));
}

}  // namespace

std::vector<double> initial_potentials(const Network& network, const Population& population, Slice neurons) {
  std::vector<double> potentials;
  if (!population.potential) return potentials;
  potentials.reserve(neurons.count);
  for (std::uint32_t i = neurons.first; i < neurons.end(); ++i) {
    RandomStream random(network.seed(), Purpose::initial_state, population.first_id + i);
    potentials.push_back(sample(*population.potential, random, i));
  }
  return potentials;
}

PopulationId Network::find_population(std::string_view name) const {
  return {find_by_name(populations_, "population", name)};
}

ProjectionId Network::find_projection(std::string_view name) const {
  return {find_by_name(projections_, "projection", name)};
}

std::uint64_t Network::synapse_count() const {
  std::uint64_t count = 0;
  for (const Projection& projection : projections_) count += projection.synapses;
  return count;
}

std::uint64_t Network::bytes() const {
  std::uint64_t bytes = 0;
  for (const Shard& shard : shards_) bytes += shard.bytes();
  for (const Projection& projection : projections_)
    bytes += projection.out_degree.capacity() * sizeof(std::uint32_t) + (projection.rule ? projection.rule->bytes() : 0);
  return bytes;
}

}  // namespace synop
