#pragma once

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include "synop/core/archive.hpp"
#include "synop/core/block.hpp"
#include "synop/core/instants_ahead.hpp"
#include "synop/core/neuron_model.hpp"
#include "synop/core/population_model.hpp"
#include "synop/core/self_events.hpp"

namespace synop {

// A block of neurons of model M: the event loop of the engine, compiled once per model.
//
// Order at one instant t: steps of a current, ends of refractoriness, predicted crossings due at t, then inhibitory
// inputs, then excitatory ones, then the neurons those inputs alerted. With t_ref = 0 a neuron that fires at t is
// released after the inputs of t, so that it discards the rest of them. Samples at t see everything that happened at t.
template <NeuronModel M>
class NeuronBlock final : public Block {
 public:
  NeuronBlock(const M& model, BlockRequest request)
      : Block(request.population, request.neurons),
        dynamics_(model, request.neurons.count),
        refractory_time_(model.refractory_time()),
        potentials_(std::move(request.potentials)),
        drives_(std::move(request.drives)),
        steps_(std::move(request.steps)),
        currents_(std::move(request.currents)),
        drive_instants_(drives_.size()) {
    self_events_.resize(neurons_.count);
    set_initial_potentials();
    find_next_change();
  }

  void run(const WindowPart& part) override;
  Time next_event() const override;
  double value(std::string_view variable, std::uint32_t neuron, Time now) override {
    return dynamics_.value(variable, neuron, now);
  }
  void set_value(std::string_view variable, std::uint32_t neuron, double value, Time now) override {
    dynamics_.set_value(variable, neuron, value, now);
    scan_is_due_ = true;
  }
  void freeze_adaptation(bool frozen, Time now) override {
    dynamics_.freeze_adaptation(frozen, now);
    scan_is_due_ = true;
  }
  void add_currents(std::span<const double> amplitudes, Time now) override {
    change_dynamics(Slice{0, neurons_.count}, amplitudes, now);
    scan_is_due_ = true;
  }
  void restart(Time now, std::uint64_t trial) override;
  void save(StateWriter& writer) override {
    save_common(writer);
    serialize_own(writer);
    for (DriveInput& drive : drives_) drive.save(writer);
    for (CurrentInput& current : currents_) current.stream->save(writer);
  }
  void load(StateReader& reader) override {
    load_common(reader);
    serialize_own(reader);
    for (DriveInput& drive : drives_) drive.load(reader);
    for (CurrentInput& current : currents_) current.stream->load(reader);
    find_next_change();
    forget_instants();
  }
  std::uint64_t bytes() const override { return neurons_.count * Dynamics::bytes_per_neuron + sizeof *this; }

 private:
  using Dynamics = typename M::Dynamics;
  using Instant = typename Dynamics::Instant;
  static constexpr bool own_refractory_times = requires(const Dynamics& d) { d.refractory_time(0u); };

  template <class Archive>
  void serialize_own(Archive& archive) {
    archive(dynamics_, self_events_, releases_, scan_is_due_, next_step_);
  }

  void set_initial_potentials() {
    for (std::uint32_t i = 0; i < potentials_.size(); ++i) dynamics_.set_value("V_m", i, potentials_[i], Time{});
  }
  void forget_instants() {
    due_instants_.reset();
    for (auto& ahead : drive_instants_) ahead.reset();
  }
  Time next_sample_time() const {
    Time next = Time::never();
    for (const Sampler& sampler : samplers_) next = std::min(next, sampler.due());
    return next;
  }
  // When the block next does something by itself.
  Time next_internal() const {
    return std::min({self_events_.next(), releases_.next(), next_change_, next_sample_time()});
  }
  Time next_step_time() const { return next_step_ < steps_.size() ? steps_[next_step_].time : Time::never(); }
  void find_next_change() {
    next_change_ = next_step_time();
    for (const CurrentInput& current : currents_) next_change_ = std::min(next_change_, current.stream->next());
  }

  // neuron_block_loop.hpp
  void open_window(const WindowPart& part);
  Time open_deliveries(const WindowPart& part);
  void run_until(Time until, const WindowPart& part);
  void run_internal(Time before, bool input_at_before, const WindowPart& part);
  void sample_before(Time t);
  void take_step(const WindowPart& part);
  Slice change_current();
  void change_dynamics(Slice neurons, std::span<const double> change, Time t);
  void attend(std::uint32_t neuron, Time t, const WindowPart& part);
  void attend_alerts(Time t, const WindowPart& part);
  void fire(std::uint32_t neuron, Time t);

  // neuron_block_inputs.hpp
  void find_singles();
  bool is_single(std::size_t position);
  void run_singles(std::size_t& position, Time before, const WindowPart& part);
  void receive_instant(Time t, std::size_t& position, const WindowPart& part);
  void run_drive(DriveInput& drive, Time before, const WindowPart& part);
  std::size_t excite_each(const DriveInput& drive, Time before, InstantsAhead<Dynamics>& ahead, const WindowPart& part);
  void take(DriveInput& drive, std::size_t events);

  // neuron_block_deliveries.hpp
  void deliver_due(std::size_t position, const WindowPart& part);
  void deliver(const Delivery& delivery, const Instant& instant);
  [[gnu::noinline]] void deliver_generated(Incoming& incoming, const Delivery& delivery, const Instant& instant);
  template <class Target>
  void deliver_targets(const Incoming& incoming, const Shard::Group& group, const Target* targets, const Instant& instant);
  template <class Target, class Weights>
  void deliver_group(const Instant& instant, bool inhibitory, const Target* targets, Weights weights,
                     std::size_t n, [[maybe_unused]] bool contiguous = false) {
    if constexpr (requires { dynamics_.excite_range(instant, targets[0], weights, n, alerts_); })
      if (contiguous && !inhibitory) return dynamics_.excite_range(instant, targets[0], weights, n, alerts_);
    if (inhibitory)
      dynamics_.inhibit(instant, targets, weights, n, alerts_);
    else
      dynamics_.excite(instant, targets, weights, n, alerts_);
  }

  Dynamics dynamics_;
  Delay refractory_time_;
  std::vector<double> potentials_;
  std::vector<DriveInput> drives_;  // inhibitory first
  std::vector<CurrentStep> steps_;
  std::size_t next_step_ = 0;
  std::vector<CurrentInput> currents_;
  std::vector<double> change_;      // of the current that is changing, pA
  Time next_change_ = Time::never();  // of any current
  SelfEvents self_events_;
  std::conditional_t<own_refractory_times, OwnReleases, Releases> releases_;
  Alerts alerts_;
  std::span<const Delivery> due_;   // deliveries that have been made due
  std::vector<Time> due_times_;
  InstantsAhead<Dynamics> due_instants_;
  static constexpr std::uint32_t no_target = 0xffff'ffff;
  bool has_singles_ = false;                // some of due_ may be single synapses: ...
  std::vector<std::uint32_t> due_targets_;  // ... their targets, else no_target, ...
  std::vector<double> due_weights_;         // ... and weights
  std::size_t singles_end_ = 0;
  std::vector<InstantsAhead<Dynamics>> drive_instants_;  // per drive
  ConnectionRule::RowBuffer generated_;  // the row of a procedural shard that is being delivered
  bool scan_is_due_ = true;  // at the start, and when the state has been changed from outside
};

}  // namespace synop

#include "synop/core/neuron_block_deliveries.hpp"
#include "synop/core/neuron_block_inputs.hpp"
#include "synop/core/neuron_block_loop.hpp"
