#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synop/neurons/conductance_course.hpp"

namespace synop {

// States of neurons in columns: those of a block, or of some of them.
struct ConductanceColumns {
  double* v;            // mV, relative to E_L
  double* ex;           // 1/ms
  double* in;           // 1/ms
  const double* drive;  // mV/ms
};

// Moves many neurons by short steps at once, in vector registers. A neuron's result depends on its own state alone, not
// on the others or its place among them: it is of one of the orders of `orders`, the lowest whose last two terms are below
// the tolerance. Steps for which none suffices are taken by advanced() (neurons/conductance_course.hpp).
class ConductanceBatch {
 public:
  static constexpr std::size_t lanes = 8;                        // neurons are taken in eights
  static constexpr std::array<std::size_t, 4> orders{4, 6, 9, 12};  // terms of the Taylor polynomial

  ConductanceBatch(const ConductanceMembrane& membrane, std::size_t capacity);

  // How far place k is to be moved, in ms; a refractory neuron's potential does not move.
  void set(std::size_t k, double dt, bool refractory) {
    dt_[k] = dt;
    open_[k] = refractory ? 0 : 1;
  }
  double* spans() { return dt_.data(); }            // the same for many:
  std::uint64_t* moving() { return open_.data(); }  // 1 or, if it is refractory, 0

  // Moves the first n neurons of the columns, n a multiple of `lanes`.
  void advance(const ConductanceColumns& columns, std::size_t n);

 private:
  ConductanceMembrane membrane_;
  std::array<double, orders.size()> farthest_;  // rate times step from which on an order is not even tried
  std::vector<double> dt_;
  std::vector<std::uint64_t> open_;  // 1 where a potential is still to be moved
  struct Long {
    std::size_t place;
    ConductanceState state;
  };
  std::vector<Long> long_;  // steps that no order suffices for
};

}  // namespace synop
