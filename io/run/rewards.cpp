#include "synop/io/run/rewards.hpp"

#include <algorithm>
#include <cmath>

namespace synop {

namespace {

bool contains(const PopulationSlice& slice, PopulationId population, std::uint32_t neuron) {
  return slice.population == population.index && neuron >= slice.first && neuron < slice.last;
}

// Uniform in [shortest, longest), in whole ticks.
Delay draw_delay(const RewardSection& section, RandomStream& random) {
  const std::int64_t width = (section.longest_delay - section.shortest_delay).ticks;
  if (width <= 0) return section.shortest_delay;
  const auto drawn = static_cast<std::int64_t>(std::floor(random.uniform() * static_cast<double>(width)));
  return section.shortest_delay + Delay{std::min(drawn, width - 1)};
}

}  // namespace

Rewards::Rewards(const Experiment& experiment, Simulation& simulation, Time end)
    : simulation_(simulation), end_(end) {
  for (std::uint32_t r = 0; r < experiment.rewards.size(); ++r) {
    const RewardSection& section = experiment.rewards[r];
    sources_.push_back({&section, RandomStream(experiment.seed, Purpose::reward_delay, r), {}, {}});
    for (const Time time : section.times) due_.push({time, r, sources_.back().triggered++});
    if (section.follows_spikes()) shortest_ = std::min(shortest_, section.shortest_delay);
  }
  simulation_.attach(*this);
}

Rewards::~Rewards() { simulation_.detach(*this); }

void Rewards::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  for (Source& source : sources_) {
    const bool of_pairs = source.section->kind == RewardSection::Kind::coincidence_detector;
    const PopulationSlice& post = of_pairs ? source.section->post : source.section->source;
    const bool sends = source.section->follows_spikes() && post.population == population.index;
    const bool precedes = of_pairs && source.section->pre.population == population.index;
    if (!sends && !precedes) continue;
    for (const Spike& spike : spikes) {
      if (sends && contains(post, population, spike.neuron)) source.post.push_back(spike.time);
      if (precedes && contains(source.section->pre, population, spike.neuron)) source.pre.push_back(spike.time);
    }
  }
}

Time Rewards::next_stop() const {
  const Time known = shortest_ < Time::never() - simulation_.now() ? simulation_.now() + shortest_ : Time::never();
  return due_.empty() ? known : std::min(known, due_.top().time);
}

void Rewards::advance(Time now) {
  for (std::uint32_t r = 0; r < sources_.size(); ++r) follow(r, sources_[r]);
  for (; !due_.empty() && due_.top().time <= now && now < end_; due_.pop()) give(due_.top());
}

// A pre at the instant of a post does not come before it.
void Rewards::follow(std::uint32_t number, Source& source) {
  const bool of_pairs = source.section->kind == RewardSection::Kind::coincidence_detector;
  auto pre = source.pre.begin();
  for (const Time post : source.post) {
    for (; pre != source.pre.end() && *pre < post; ++pre) source.latest_pre = *pre;
    const bool follows = source.latest_pre != Time::never() && post - source.latest_pre <= source.section->window;
    if (!of_pairs || follows) trigger(number, source, post);
  }
  if (!source.pre.empty()) source.latest_pre = source.pre.back();
  source.pre.clear();
  source.post.clear();
}

void Rewards::trigger(std::uint32_t number, Source& source, Time spike) {
  const Delay delay = draw_delay(*source.section, source.random);
  if (delay < end_ - spike) due_.push({spike + delay, number, source.triggered++});
}

void Rewards::give(const Due& due) {
  Source& source = sources_[due.section];
  const RewardSection& section = *source.section;
  const double amount = section.follows_spikes() ? section.amount : section.values[due.number];
  for (const std::uint32_t projection : section.projections) simulation_.reward({projection}, amount);
  ++source.given;
  source.total += amount;
}

std::vector<RewardResult> Rewards::results() const {
  std::vector<RewardResult> results;
  for (const Source& source : sources_) results.push_back({source.section->name, source.given, source.total});
  return results;
}

}  // namespace synop
