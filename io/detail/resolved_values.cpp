#include "synop/io/detail/resolved_values.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/io/model_catalogue.hpp"

namespace synop::detail {

std::vector<ResolvedValue> resolved_values(ModelKind kind, std::string_view model, std::span<const NamedValue> given,
                                           std::span<const VariedParameter> varied) {
  std::vector<ResolvedValue> values;
  const ModelEntry* const entry = model_catalogue().find(kind, model);
  if (entry == nullptr) return values;
  for (const ParameterDefault& p : entry->parameters) {
    values.push_back({p.info.name, p.info.unit, p.default_value, false, {}});
    for (const NamedValue& g : given)
      if (g.name == p.info.name) values.back().value = g.value, values.back().given = true;
    for (const VariedParameter& v : varied)
      if (v.name == p.info.name) values.back().drawn = text_of(v.values, p.info.unit);
  }
  return values;
}

std::string text_of(std::span<const ResolvedValue> values) {
  std::string text;
  for (const ResolvedValue& v : values) {
    const std::string one = v.drawn.empty() ? fmt::format("{}{}{}{}", v.value, v.unit.empty() ? "" : " ", v.unit,
                                                          v.given ? "" : " (default)")
                                            : v.drawn;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", v.name, one);
  }
  return text;
}

std::string text_of(const Distribution& d, std::string_view unit) {
  const std::string suffix = unit.empty() ? "" : fmt::format(" {}", unit);
  switch (d.kind) {
    case Distribution::constant:
      return fmt::format("{}{}", d.a, suffix);
    case Distribution::uniform:
      return fmt::format("uniform [{}, {}){}", d.a, d.b, suffix);
    case Distribution::list:
      return fmt::format("{} listed values in [{}, {}]{}", d.values.size(), d.smallest(), d.largest(), suffix);
    case Distribution::uniform_int:
      return fmt::format("uniform whole numbers [{}, {}]{}", d.a, d.b, suffix);
    case Distribution::normal:
    case Distribution::lognormal:
    case Distribution::exponential:
      break;
  }
  std::string text = fmt::format("normal (mean {}, sd {}){}", d.a, d.b, suffix);
  if (d.kind == Distribution::lognormal) text = fmt::format("lognormal (of the logarithm: mean {}, sd {}){}", d.a, d.b, suffix);
  if (d.kind == Distribution::exponential) text = fmt::format("exponential (mean {}){}", d.a, suffix);
  if (d.mirrored) text = "minus " + text;
  if (std::isinf(d.low) && std::isinf(d.high)) return text;
  return fmt::format("{} in [{}, {}], {}", text, d.low, d.high,
                     d.outside == Distribution::clip ? "clipped" : "redrawn");
}

std::string text_of(const DistanceFunction& f, std::string_view unit) {
  const std::string suffix = unit.empty() ? "" : fmt::format(" {}", unit);
  const std::string ends = fmt::format("a = {}{}, c = {}{}", f.a, suffix, f.c, suffix);
  switch (f.kind) {
    case DistanceFunction::linear:
      return fmt::format("linear in distance ({})", ends);
    case DistanceFunction::exponential:
      return fmt::format("exponential in distance ({}, beta = {})", ends, f.beta);
    case DistanceFunction::gaussian:
      return fmt::format("gaussian in distance ({}, mean = {}, std = {})", ends, f.mean, f.std);
    case DistanceFunction::gamma:
      break;
  }
  return fmt::format("gamma in distance ({}, kappa = {}, theta = {})", ends, f.kappa, f.theta);
}

std::string text_of(const PositionsSection& positions) {
  using Kind = PositionsSection::Kind;
  std::string text;
  switch (positions.kind) {
    case Kind::grid:
      text = fmt::format("a grid of {}", fmt::join(positions.shape, " x "));
      break;
    case Kind::random:
      text = "random, uniform";
      break;
    case Kind::list:
      text = fmt::format("{} listed", positions.points.size());
      break;
    case Kind::file:
      text = fmt::format("file = {}", positions.file.string());
  }
  if (positions.edge_wrap) text += ", periodic";
  return text;
}

std::string text_of(const Neighbourhood& near) {
  constexpr std::string_view shapes[] = {"", "ball", "box", "ellipsoid"};
  std::string text = near.function ? fmt::format(", p {}", text_of(*near.function, "")) : "";
  if (near.cutoff > 0.0) text += fmt::format(", cutoff = {}", near.cutoff);
  if (near.mask.shape != Mask::everywhere) text += fmt::format(", mask: {}", shapes[near.mask.shape]);
  return text;
}

std::string text_of(const ConnectionRuleSection& rule) {
  using Kind = ConnectionRuleSection::Kind;
  std::string text;
  switch (rule.kind) {
    case Kind::one_to_one:
      text = "one_to_one";
      break;
    case Kind::all_to_all:
      text = "all_to_all";
      break;
    case Kind::fixed_indegree:
      text = fmt::format("fixed_indegree, indegree = {}", rule.indegree);
      break;
    case Kind::fixed_outdegree:
      text = fmt::format("fixed_outdegree, outdegree = {}", rule.outdegree);
      break;
    case Kind::fixed_total_number:
      text = fmt::format("fixed_total_number, N = {}", rule.N);
      break;
    case Kind::pairwise_bernoulli:
      text = rule.near && rule.near->function ? "pairwise_bernoulli" : fmt::format("pairwise_bernoulli, p = {}", rule.p);
      break;
    case Kind::symmetric_pairwise_bernoulli:
      text = fmt::format("symmetric_pairwise_bernoulli, p = {}", rule.p);
      break;
    case Kind::pairwise_poisson:
      text = fmt::format("pairwise_poisson, pairwise_avg_num_conns = {}", rule.pairwise_avg_num_conns);
      break;
    case Kind::explicit_list:
      text = rule.file.empty() ? fmt::format("explicit, {} connections", rule.connections.size())
                               : fmt::format("explicit, file = {}", rule.file.string());
      break;
    case Kind::convolution: {
      const ConvolutionShape& c = rule.convolution;
      text = fmt::format("convolution of {} x {} x {} by {} kernels of {} x {}, to {} x {} x {}", c.in_channels, c.rows.size,
                         c.columns.size, c.out_channels, c.rows.kernel, c.columns.kernel, c.out_channels,
                         c.rows.out_size(), c.columns.out_size());
      if (c.rows.pool > 1 || c.columns.pool > 1)
        text += fmt::format(", of sums over {} x {}", c.rows.pool, c.columns.pool);
      break;
    }
  }
  if (rule.near) text += text_of(*rule.near);
  if (!rule.allow_autapses) text += ", no autapses";
  if (!rule.allow_multapses) text += ", no multapses";
  return text;
}

std::string text_of(const PopulationSlice& slice, const Experiment& experiment) {
  const PopulationSection& population = experiment.populations[slice.population];
  if (slice.size() == population.size) return population.name;
  return fmt::format("{}[{}:{}]", population.name, slice.first, slice.last);
}

std::string text_of(const RewardSection& r, const Experiment& experiment) {
  using Kind = RewardSection::Kind;
  if (r.kind == Kind::reward_generator) return fmt::format("reward_generator, {} rewards at given times", r.times.size());
  const std::string spikes =
      r.kind == Kind::volume_transmitter
          ? fmt::format("volume_transmitter, every spike of {}", text_of(r.source, experiment))
          : fmt::format("coincidence_detector, every spike of {} up to {} ms after one of {}", text_of(r.post, experiment),
                        r.window.ms(), text_of(r.pre, experiment));
  const std::string delay = r.shortest_delay == r.longest_delay
                                ? fmt::format("{} ms", r.shortest_delay.ms())
                                : fmt::format("uniform [{}, {}) ms", r.shortest_delay.ms(), r.longest_delay.ms());
  return fmt::format("{}: {} after a delay of {}", spikes, r.amount, delay);
}

}  // namespace synop::detail
