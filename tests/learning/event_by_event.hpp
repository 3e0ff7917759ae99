#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "synop/core/plasticity.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/trace_clock.hpp"

namespace synop::test {

// One synapse to which events are applied at once, in the order in which they are there. It keeps the traces of both
// sides for itself and knows nothing of other synapses.
template <class Rule>
class SynapseByItself {
 public:
  SynapseByItself(const Rule& rule, float w, Delay delay, DelaySplit split, Time start)
      : rule_(rule), axonal_(split.axonal(delay)), dendritic_(split.dendritic(delay)), w_(w), last_event_(start) {}

  float weight() const { return w_; }

  void pre(Time emitted) {
    const Time now = emitted + axonal_;
    pass_to(now);
    AtSynapse<Rule> at = sight(now);
    at.alternates = posts_.any && (!pres_.any || posts_.last >= pres_.last);
    w_ = rule_.on_pre(w_, at);
    keep(at);
    pres_.count(rule_.pre_traces(), at.pre, now);
  }
  void post(Time fired) {
    const Time now = fired + dendritic_;
    AtSynapse<Rule> at = sight(now);
    if (pres_.any || acts_without_pre<Rule>) {
      pass_to(now);
      at = sight(now);
      at.alternates = pres_.any && (!posts_.any || posts_.last < pres_.last);
      w_ = rule_.on_post(w_, at);
      keep(at);
    }
    posts_.count(rule_.post_traces(), at.post, now);
  }
  void reward(Time now, double amount) {
    pass_to(now);
    if constexpr (takes_rewards<Rule>) {
      reward_ = reward_at(now) + amount;
      rewarded_ = now;
    }
  }
  void pass_to(Time now) {
    if (now == last_event_) return;
    AtSynapse<Rule> at;
    for (std::size_t k = 0; k < at.own.size(); ++k) at.own[k] = static_cast<double>(own_[k]);
    at.reward = reward_at(last_event_);
    if constexpr (changes_in_passing<Rule>) w_ = rule_.pass(w_, at, now - last_event_);
    for (std::size_t k = 0; k < at.own.size(); ++k)
      at.own[k] *= TraceDecay(own_traces_of(rule_)[k].tau)(now - last_event_);
    keep(at);
    last_event_ = now;
  }

 private:
  template <std::size_t n>
  struct Side {
    bool any = false;
    Time last;
    std::array<double, n> after{};

    std::array<double, n> at(const std::array<Trace, n>& traces, Time now) const {
      std::array<double, n> values{};
      for (std::size_t k = 0; any && k < n; ++k) values[k] = after[k] * TraceDecay(traces[k].tau)(now - last);
      return values;
    }
    void count(const std::array<Trace, n>& traces, const std::array<double, n>& before, Time now) {
      for (std::size_t k = 0; k < n; ++k) after[k] = traces[k].at_spike == AtSpike::add_one ? before[k] + 1.0 : 1.0;
      any = true;
      last = now;
    }
  };

  AtSynapse<Rule> sight(Time now) const {
    AtSynapse<Rule> at;
    at.pre = pres_.at(rule_.pre_traces(), now);
    at.post = posts_.at(rule_.post_traces(), now);
    for (std::size_t k = 0; k < at.own.size(); ++k) at.own[k] = static_cast<double>(own_[k]);
    at.reward = reward_at(now);
    return at;
  }
  double reward_at([[maybe_unused]] Time now) const {
    if constexpr (takes_rewards<Rule>)
      return reward_ * TraceDecay(rule_.reward_time_constant())(now - rewarded_);
    else
      return 0.0;
  }
  void keep(const AtSynapse<Rule>& at) {
    for (std::size_t k = 0; k < at.own.size(); ++k) own_[k] = static_cast<float>(at.own[k]);
  }

  Rule rule_;
  Delay axonal_;
  Delay dendritic_;
  float w_;
  std::array<float, std::tuple_size_v<decltype(AtSynapse<Rule>::own)>> own_{};
  Side<std::tuple_size_v<decltype(AtSynapse<Rule>::pre)>> pres_;
  Side<std::tuple_size_v<decltype(AtSynapse<Rule>::post)>> posts_;
  Time last_event_;
  double reward_ = 0.0;
  Time rewarded_{};
};

// The same for a rule of pairs, with the operations that stand above PairEvaluation.
template <PairRule Rule>
class SynapseByItself<Rule> {
 public:
  SynapseByItself(const Rule& rule, float w, Delay delay, DelaySplit split, Time)
      : rule_(rule),
        shift_(split.dendritic(delay) - split.axonal(delay)),
        w_(w),
        plus_(rule.pre_time_constant()),
        minus_(rule.post_time_constant()) {}

  float weight() const { return w_; }
  void pre(Time emitted) {
    const auto now = minus_.at(emitted - shift_);
    w_ = rule_.on_pre(w_, y_.trace * (1.0 / now.value) * TraceClock::between(y_.epoch, now.epoch));
    x_.count(plus_.at(emitted));
  }
  void post(Time fired) {
    const auto now = plus_.at(fired);
    w_ = rule_.on_post(w_,
                       (x_.trace * plus_.decay(shift_)) * (1.0 / now.value) * TraceClock::between(x_.epoch, now.epoch));
    y_.count(minus_.at(fired));
  }
  void reward(Time, double) {}
  void pass_to(Time) {}

 private:
  struct Scaled {
    double trace = 0.0;
    std::int64_t epoch = 0;
    void count(TraceClock::Factor factor) {
      trace = trace * TraceClock::between(epoch, factor.epoch) + factor.value;
      epoch = factor.epoch;
    }
  };

  Rule rule_;
  Delay shift_;
  float w_;
  TraceClock plus_;
  TraceClock minus_;
  Scaled x_;
  Scaled y_;
};

// The slow reference for a whole shard: every event is entered at every synapse it concerns, is applied there as soon
// as all earlier ones are known, and what a spike transmits is latched when it passes the synapse.
template <class Rule>
class EventByEvent final : public ShardPlasticity {
 public:
  EventByEvent(const Rule& rule, const Shard& shard, DelaySplit split)
      : rule_(rule), shard_(shard), split_(split), transmitted_(shard.synapse_count()) {
    std::vector<float> weights;
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i)
      weights.push_back(static_cast<float>(shard.weight(i)) + 0.0F);
    restart(weights, Time{}, {});
  }

  void on_source_spike(std::uint32_t row, Time emitted) override {
    for (std::uint32_t i = shard_.row_begin[row]; i < shard_.row_begin[row + 1]; ++i)
      enter(i, {emitted + split_.axonal(delays_[i]), Kind::pre, emitted, 0.0});
  }
  void on_target_spike(std::uint32_t target, Time time) override {
    for (std::uint32_t i = 0; i < shard_.synapse_count(); ++i)
      if (shard_.target_of(i) == target) enter(i, {time + split_.dendritic(delays_[i]), Kind::post, time, 0.0});
  }
  void on_reward(Time time, double amount) override {
    for (std::uint32_t i = 0; i < shard_.synapse_count(); ++i) enter(i, {time, Kind::reward, time, amount});
  }
  void on_delivery(std::uint32_t, const Shard::Group& group, Time emitted) override {
    for (std::uint32_t i = group.begin; i < group.end; ++i) {
      if (latched_[i].empty() && !is_entered(i, emitted)) continue;  // emitted while learning was frozen
      while (latched_[i].empty()) apply_first(synapses_[i], events_[i], latched_[i]);
      if (latched_[i].front().emitted != emitted) continue;
      transmitted_[i] = latched_[i].front().weight;
      latched_[i].pop_front();
      ++updates_.pre;
    }
  }
  void settle(Time now) override {
    for (std::uint32_t i = 0; i < synapses_.size(); ++i)
      while (!events_[i].empty() && events_[i].front().time < now) apply_first(synapses_[i], events_[i], latched_[i]);
  }

  const float* weights() const override { return transmitted_.data(); }
  PlasticityUpdates weights_at(Time now, std::span<float> out) const override {
    for (std::uint32_t i = 0; i < synapses_.size(); ++i) {
      SynapseByItself<Rule> synapse = synapses_[i];
      std::deque<Event> events = events_[i];
      std::deque<Latched> latched;
      while (!events.empty() && events.front().time < now) apply_first(synapse, events, latched);
      if (changes_in_passing<Rule>) synapse.pass_to(now);
      out[i] = synapse.weight();
    }
    return {};
  }
  void restart(std::span<const float> weights, Time now, const PlasticityUpdates&) override {
    synapses_.clear();
    delays_.assign(weights.size(), Delay{});
    for (std::uint32_t row = 0; row < shard_.sources.count; ++row)
      for (std::uint32_t g = 0; g < shard_.group_count(row); ++g) {
        const Shard::Group group = shard_.group(row, g);
        for (std::uint32_t i = group.begin; i < group.end; ++i) delays_[i] = group.delay;
      }
    for (std::uint32_t i = 0; i < weights.size(); ++i)
      synapses_.emplace_back(rule_, weights[i], delays_[i], split_, now);
    events_.assign(weights.size(), {});
    latched_.assign(weights.size(), {});
    std::copy(weights.begin(), weights.end(), transmitted_.begin());
  }

  PlasticityUpdates updates() const override { return updates_; }
  void reset_counters() override { updates_ = {}; }
  std::uint64_t bytes() const override { return 0; }
  void save(StateWriter&) override {}
  void load(StateReader&) override {}

 private:
  enum class Kind { reward, pre, post };
  struct Event {
    Time time;  // at the synapse
    Kind kind;
    Time spike;
    double amount;
    bool operator<(const Event& other) const { return std::pair(time, kind) < std::pair(other.time, other.kind); }
  };
  struct Latched {
    Time emitted;
    float weight;
  };

  bool is_entered(std::uint32_t i, Time emitted) const {
    return std::any_of(events_[i].begin(), events_[i].end(),
                       [&](const Event& event) { return event.kind == Kind::pre && event.spike == emitted; });
  }
  void enter(std::uint32_t i, const Event& event) {
    events_[i].insert(std::upper_bound(events_[i].begin(), events_[i].end(), event), event);
  }
  static void apply_first(SynapseByItself<Rule>& synapse, std::deque<Event>& events, std::deque<Latched>& latched) {
    const Event event = events.front();
    events.pop_front();
    if (event.kind == Kind::reward) return synapse.reward(event.time, event.amount);
    if (event.kind == Kind::post) return synapse.post(event.spike);
    synapse.pre(event.spike);
    latched.push_back({event.spike, synapse.weight()});
  }

  Rule rule_;
  const Shard& shard_;
  DelaySplit split_;
  std::vector<SynapseByItself<Rule>> synapses_;
  std::vector<Delay> delays_;
  std::vector<std::deque<Event>> events_;
  std::vector<std::deque<Latched>> latched_;
  std::vector<float> transmitted_;
  PlasticityUpdates updates_;
};

template <class Rule>
class EventByEventModel final : public PlasticityModel {
 public:
  explicit EventByEventModel(const Rule& rule) : rule_(rule), model_(rule) {}
  std::string_view name() const override { return Rule::name; }
  void check_weight(double weight) const override { model_.check_weight(weight); }
  double largest_weight() const override { return model_.largest_weight(); }
  WeightSign sign() const override { return model_.sign(); }
  bool takes_reward() const override { return model_.takes_reward(); }
  std::unique_ptr<ShardPlasticity> make_state(const Shard& shard, std::uint32_t, DelaySplit split,
                                              bool) const override {
    return std::make_unique<EventByEvent<Rule>>(rule_, shard, split);
  }

 private:
  Rule rule_;
  RuleModel<Rule> model_;
};

}  // namespace synop::test
