#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "synop/core/time.hpp"

namespace synop {

// A model may compute the instants of many inputs at once, in vectors: it has
//
//   struct Instants                                  what instants() found out, for at most instants_at_once of them
//   size_t instants(times, n, horizon, Instants&) of instants that do not descend, the first due now; returns how many
//                                                    of them it covered (at least 1)
//   Instant instant(const Instants&, k, horizon)  the k-th: the same bits as instant(times[k], horizon)
//   size_t excite_each(const Instants&, first, horizon, const SingleInputs&, alerts)
//                                                    delivers single inputs, the k-th at instant first + k, until one
//                                                    alerts or lies not before `before`; returns how many
//   bool signs_alike                                 an inhibitory input is an excitatory one of negative weight
//                                                    (there is one current, or none): excite_each takes both
template <class Dynamics>
concept ComputesInstantsAhead = requires { typename Dynamics::Instants; };

inline constexpr std::size_t instants_at_once = 128;

// Inputs to one neuron each, as a drive or synapses with delays of their own send them.
template <class Weights>
struct SingleInputs {
  const Time* times;
  const std::uint32_t* targets;
  std::size_t n;
  Time before;
  Weights weights;
};

// The instants of an array of times that do not descend, computed ahead where the model can. Used in order: when at(k) is
// called, everything before times[k] has happened.
template <class Dynamics>
class InstantsAhead {
 public:
  using Instant = typename Dynamics::Instant;

  void reset() { begin_ = end_ = 0; }  // other times, or the clocks of the model have been set

  Instant at(Dynamics& dynamics, const Time* times, std::size_t k, std::size_t n, Time horizon) {
    if constexpr (ComputesInstantsAhead<Dynamics>) {
      cover(dynamics, times, k, n, horizon);
      return dynamics.instant(instants_, k - begin_, horizon);
    } else {
      return dynamics.instant(times[k], horizon);
    }
  }

  // Makes instants()[k - begin()] valid, and those after it up to end().
  void cover(Dynamics& dynamics, const Time* times, std::size_t k, std::size_t n, Time horizon) {
    if (k < end_) [[likely]] return;
    begin_ = k;
    end_ = k + dynamics.instants(times + k, std::min(n - k, instants_at_once), horizon, instants_);
  }
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }
  const auto& instants() const { return instants_; }

 private:
  struct None {};
  template <class D>
  struct InstantsOf {
    using type = None;
  };
  template <ComputesInstantsAhead D>
  struct InstantsOf<D> {
    using type = typename D::Instants;
  };

  typename InstantsOf<Dynamics>::type instants_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace synop
