#include "synop/synapses/connect/spatial_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

void SpatialBernoulli::prepare(const ConnectionContext& context) {
  pool_.prepare(context, "pairwise_bernoulli");
  expected_ = pool_.expected_pairs(context);
}

// A candidate comes after an exponential time, each neuron of a cell taking -log(1 - most) of it; what is left of it at
// the end of a cell goes on in the next, so that a cell without candidate costs no random number.
void SpatialBernoulli::sources_of(const ConnectionContext& context, std::uint32_t target,
                                  std::vector<std::uint32_t>& sources) const {
  sources.clear();
  RandomStream random(context.seed, Purpose::connectivity, target, context.projection);
  double left = random.exponential();
  const auto consider = [&](std::uint32_t source, double most) {
    if (!allow_autapses_ && context.is_autapse(source, target)) return;
    const double p = pool_.probability(context, target, source);
    if (p > 0.0 && (p >= most || random.uniform() * most < p)) sources.push_back(source);
  };
  pool_.visit_cells(context, target, [&](std::span<const std::uint32_t> neurons, double most) {
    if (most >= 1.0) {
      for (const std::uint32_t source : neurons) consider(source, most);
      return;
    }
    const double each = -log_of_complement(most);
    for (std::size_t at = 0;;) {
      const double all = each * static_cast<double>(neurons.size() - at);
      if (left >= all) {
        left -= all;
        return;
      }
      at = std::min(at + static_cast<std::size_t>(left / each), neurons.size() - 1);
      consider(neurons[at], most);
      left = random.exponential();
      if (++at == neurons.size()) return;
    }
  });
}

std::vector<SpatialDegree::Candidate> SpatialDegree::candidates_of(const ConnectionContext& context,
                                                                   std::uint32_t driver) const {
  std::vector<Candidate> candidates;
  pool_.visit_cells(context, driver, [&](std::span<const std::uint32_t> neurons, double) {
    for (const std::uint32_t partner : neurons) {
      if (!allow_autapses_ && pool_.is_autapse(context, driver, partner)) continue;
      const double p = pool_.probability(context, driver, partner);
      if (p > 0.0) candidates.push_back({p, partner});
    }
  });
  return candidates;
}

// Without multapses: of exponential clocks with the probabilities as their rates, those that ring first. The next to
// ring is always one of the rest in proportion to its rate.
void SpatialDegree::draw(const ConnectionContext& context, std::uint32_t driver, const char* rule,
                         std::vector<std::uint32_t>& partners) const {
  partners.clear();
  if (degree_ == 0) return;
  std::vector<Candidate> candidates = candidates_of(context, driver);
  if (candidates.empty() || (!allow_multapses_ && candidates.size() < degree_))
    throw Error(
        ErrorKind::model,
        fmt::format("{}: neuron {} has {} neurons within the mask that it may be connected with; {} are needed{}", rule,
                    driver, candidates.size(), allow_multapses_ ? 1 : degree_,
                    allow_multapses_ ? "" : " without multapses"));
  RandomStream random(context.seed, Purpose::connectivity, driver, context.projection);
  if (!allow_multapses_) {
    for (Candidate& candidate : candidates) candidate.weight = random.exponential() / candidate.weight;
    const auto order = [](const Candidate& a, const Candidate& b) {
      return a.weight != b.weight ? a.weight < b.weight : a.partner < b.partner;
    };
    std::partial_sort(candidates.begin(), candidates.begin() + degree_, candidates.end(), order);
    for (std::uint32_t k = 0; k < degree_; ++k) partners.push_back(candidates[k].partner);
    return;
  }
  double sum = 0.0;
  for (Candidate& candidate : candidates) candidate.weight = sum += candidate.weight;
  for (std::uint32_t k = 0; k < degree_; ++k) {
    const double at = random.uniform() * sum;
    const auto found = std::upper_bound(candidates.begin(), candidates.end() - 1, at,
                                        [](double x, const Candidate& candidate) { return x < candidate.weight; });
    partners.push_back(found->partner);
  }
}

void SpatialOutdegree::pairs_of(const ConnectionContext& context, std::uint32_t first, std::uint32_t end,
                                const PairSink& sink) const {
  Batch batch(sink);
  std::vector<std::uint32_t> targets;
  for (std::uint32_t source = 0; source < context.sources; ++source) {
    degree_.draw(context, source, "fixed_outdegree", targets);
    for (const std::uint32_t target : targets)
      if (target >= first && target < end) batch.add(source, target);
  }
  batch.flush();
}

}  // namespace synop
