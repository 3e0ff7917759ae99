#pragma once

#include <span>
#include <vector>

#include "synop/io/nir/graph.hpp"
#include "synop/io/nir/options.hpp"
#include "synop/io/nir/order.hpp"

namespace synop::nir {

namespace detail {
struct Signal;
}

// Runs a graph in the time steps it was trained with. In a step every node acts once, after those that lead to it
// (order.hpp):
//
//   I    v += dt r x                        LI   v += dt/tau (v_leak - v + r x)
//   IF   as I,  LIF  as LI;  v > v_threshold: a spike, then v = v_reset or v -= v_threshold
//   CubaLI, CubaLIF   i += dt/tau_syn (-i + w_in x),  v += dt/tau_mem (v_leak - v + r i), with i from before the step
//   or,
//                     if options.current is updated, from after it
//
// x is the sum of what the edges bring; a spike is the value area / dt (1 for a pulse) in its step. All states begin at
// 0. An edge that closes a loop brings what its source gave in the step before; in the first step, what it gives
// without spikes. The work of maps is proportional to what they are given that is not 0; that of neurons to their
// number.
class ClockedNetwork {
 public:
  // The graph must outlive this. Throws Error(model) naming a Delay that is no multiple of dt.
  ClockedNetwork(const Graph& graph, const Options& options);

  ClockedNetwork(const ClockedNetwork&) = delete;
  ClockedNetwork& operator=(const ClockedNetwork&) = delete;
  ~ClockedNetwork();

  // Back to the beginning.
  void restart();
  // What the neurons of an Input give in every step from now on, besides their spikes; a restart forgets it.
  void hold_input(std::uint32_t node, std::vector<double> values);
  // `spikes[n]`: of Input node n, the neurons that spike in this step, ascending, once for each spike.
  void step(std::span<const std::vector<std::uint32_t>> spikes);

  std::uint64_t steps() const { return step_; }
  // After a step: the neurons of a node that spiked in it, the values it gave, v of its neurons.
  std::span<const std::uint32_t> spiking(std::uint32_t node) const;
  const std::vector<double>& output(std::uint32_t node) const;
  std::span<const double> potentials(std::uint32_t node) const;

  std::uint64_t synaptic_operations() const { return operations_; }  // weights that maps added so far

 private:
  struct State;

  void prepare(std::uint32_t n);
  void prepare_delay(std::uint32_t n);
  void prepare_potential(std::uint32_t n);
  void enter(std::uint32_t n, std::span<const std::uint32_t> spikes);
  void act(std::uint32_t n);
  void gather(State& state);
  void map(std::uint32_t n);
  void integrate(std::uint32_t n);
  void advance_potential(State& state);
  void fire(std::uint32_t n);
  void take_delayed(std::uint32_t n);
  void send_delayed(std::uint32_t n);
  bool is_late(std::uint32_t n) const { return late_[n]; }

  const Graph& graph_;
  Options options_;
  double dt_;      // s
  double height_;  // of a spike
  Order order_;
  std::vector<bool> late_;     // Delay nodes that give nothing of the same step
  std::vector<State> states_;  // by node
  std::vector<const detail::Signal*> inputs_;
  std::uint64_t step_ = 0;
  std::uint64_t operations_ = 0;
};

}  // namespace synop::nir
