#include "synop/neurons/conductance_batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "synop/core/elementary.hpp"
#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/branchless.hpp"

namespace synop {

namespace {

using detail::below;
using detail::larger;

// One neuron's polynomial; straight-line code once it is inlined, so that a loop of it is vectorised.
template <std::size_t terms>
struct Series {
  double term[terms + 1];
  double conductance[terms];
  double sum;

  template <std::size_t K, std::size_t... J>
  [[gnu::always_inline]] double older(std::index_sequence<J...>) const {
    return (0.0 + ... + (term[J] * conductance[K - J]));
  }
  // Makes coefficient K + 1 of those before it, and the conductances' next.
  template <std::size_t K>
  [[gnu::always_inline]] void next(const ConductanceMembrane& m, double& ex, double& in, double drive, double dt) {
    conductance[K] = K == 0 ? ex + in + m.leak : ex + in;
    const double source = K == 0 ? ex * m.E_ex + in * m.E_in + drive : ex * m.E_ex + in * m.E_in;
    const double share = dt * (1.0 / (K + 1));
    term[K + 1] = (source - older<K>(std::make_index_sequence<K>())) * share - term[K] * (conductance[0] * share);
    sum += term[K + 1];
    ex *= -m.rate_ex * share;
    in *= -m.rate_in * share;
  }
  template <std::size_t... K>
  [[gnu::always_inline]] void expand(const ConductanceMembrane& m, double v, double ex, double in, double drive,
                                     double dt, std::index_sequence<K...>) {
    term[0] = sum = v;
    (next<K>(m, ex, in, drive, dt), ...);
  }
};

constexpr std::size_t lanes = ConductanceBatch::lanes;

struct Steps {
  const double* dt;
  std::uint64_t* open;
};

// Tries one order on the neurons that are open; returns whether any still is. Eight at a time are copied to arrays that
// nothing else can point to.
template <std::size_t terms>
[[gnu::always_inline]] inline bool try_order(const ConductanceMembrane m, double farthest,
                                             const ConductanceColumns& columns, const Steps& steps, std::size_t n) {
  const double rate = m.leak + std::max(m.rate_ex, m.rate_in);
  std::uint64_t left = 0;
  for (std::size_t first = 0; first < n; first += lanes) {
    double v[lanes], ex[lanes], in[lanes], drive[lanes], dt[lanes];
    std::uint64_t open[lanes], any = 0;
    for (std::size_t k = 0; k < lanes; ++k) open[k] = steps.open[first + k];
    for (std::size_t k = 0; k < lanes; ++k) any |= open[k];
    if (any == 0) continue;
    for (std::size_t k = 0; k < lanes; ++k) v[k] = columns.v[first + k];
    for (std::size_t k = 0; k < lanes; ++k) ex[k] = columns.ex[first + k];
    for (std::size_t k = 0; k < lanes; ++k) in[k] = columns.in[first + k];
    for (std::size_t k = 0; k < lanes; ++k) drive[k] = columns.drive[first + k];
    for (std::size_t k = 0; k < lanes; ++k) dt[k] = steps.dt[first + k];
    for (std::size_t k = 0; k < lanes; ++k) {
      Series<terms> series;
      series.expand(m, v[k], ex[k], in[k], drive[k], dt[k], std::make_index_sequence<terms>());
      const double tolerance = m.tolerance + 1e-15 * std::abs(v[k]);
      const double reach = (rate + ex[k] + in[k]) * dt[k];
      const double last = larger(4.0 * std::abs(series.term[terms]), std::abs(series.term[terms - 1]));
      const std::uint64_t taken = open[k] & below(last, tolerance) & below(reach, farthest);
      v[k] = select(taken, series.sum, v[k]);
      open[k] ^= taken;
    }
    for (std::size_t k = 0; k < lanes; ++k) columns.v[first + k] = v[k];
    for (std::size_t k = 0; k < lanes; ++k) steps.open[first + k] = open[k];
    for (std::size_t k = 0; k < lanes; ++k) left |= open[k];
  }
  return left != 0;
}

SYNOP_VECTORISED bool try_order_0(const ConductanceMembrane& m, double farthest, const ConductanceColumns& columns,
                                  const Steps& steps, std::size_t n) {
  return try_order<ConductanceBatch::orders[0]>(m, farthest, columns, steps, n);
}
SYNOP_VECTORISED bool try_order_1(const ConductanceMembrane& m, double farthest, const ConductanceColumns& columns,
                                  const Steps& steps, std::size_t n) {
  return try_order<ConductanceBatch::orders[1]>(m, farthest, columns, steps, n);
}
SYNOP_VECTORISED bool try_order_2(const ConductanceMembrane& m, double farthest, const ConductanceColumns& columns,
                                  const Steps& steps, std::size_t n) {
  return try_order<ConductanceBatch::orders[2]>(m, farthest, columns, steps, n);
}
SYNOP_VECTORISED bool try_order_3(const ConductanceMembrane& m, double farthest, const ConductanceColumns& columns,
                                  const Steps& steps, std::size_t n) {
  return try_order<ConductanceBatch::orders[3]>(m, farthest, columns, steps, n);
}
constexpr std::array<decltype(&try_order_0), 4> try_orders{try_order_0, try_order_1, try_order_2, try_order_3};

inline double fading(double rate, double dt) {
  const double x = rate * dt;
  return exp_bounded(-select(below(600.0, x), 600.0, x));  // beyond 600 is nothing left
}
SYNOP_VECTORISED void fade(double rate, const double* dt, std::size_t n, double* conductance) {
  for (std::size_t first = 0; first < n; first += lanes) {
    double factor[lanes];
    for (std::size_t k = 0; k < lanes; ++k) factor[k] = fading(rate, dt[first + k]);
    for (std::size_t k = 0; k < lanes; ++k) conductance[first + k] *= factor[k];
  }
}
SYNOP_VECTORISED void scale(double factor, std::size_t n, double* conductance) {
  for (std::size_t k = 0; k < n; ++k) conductance[k] *= factor;
}

SYNOP_VECTORISED bool all_equal(const double* x, std::size_t n) {
  std::uint64_t differing = 0;
  for (std::size_t k = 1; k < n; ++k)
    differing |= std::bit_cast<std::uint64_t>(x[k]) ^ std::bit_cast<std::uint64_t>(x[0]);
  return differing == 0;
}

}  // namespace

// Where a term of 1 mV would be as small as the tolerance: (rate dt)^N / N! is its usual size. While rate times dt
// is below 1 terms fall from the first one on.
ConductanceBatch::ConductanceBatch(const ConductanceMembrane& membrane, std::size_t capacity)
    : membrane_(membrane), dt_(capacity), open_(capacity) {
  for (std::size_t k = 0; k < orders.size(); ++k) {
    double log_size = log_positive(membrane.tolerance);
    for (std::size_t factor = 2; factor <= orders[k]; ++factor) log_size += log_positive(static_cast<double>(factor));
    farthest_[k] = std::min(1.0, exp_bounded(log_size / static_cast<double>(orders[k])));
  }
}

// Where all steps are the same, as those of densely connected neurons mostly are, so is the fading.
void ConductanceBatch::advance(const ConductanceColumns& columns, std::size_t n) {
  const bool alike = all_equal(dt_.data(), n);
  const double shortest_step = alike ? dt_[0] : *std::min_element(dt_.data(), dt_.data() + n);
  const double shortest = (membrane_.leak + std::max(membrane_.rate_ex, membrane_.rate_in)) * shortest_step;
  const Steps steps{dt_.data(), open_.data()};
  bool open = true;
  for (std::size_t k = 0; open && k < orders.size(); ++k)
    if (shortest < farthest_[k]) open = try_orders[k](membrane_, farthest_[k], columns, steps, n);
  long_.clear();
  for (std::size_t k = 0; open && k < n; ++k)
    if (open_[k] != 0)
      long_.push_back({k, advanced(membrane_, {columns.v[k], columns.ex[k], columns.in[k], columns.drive[k]}, dt_[k])});
  if (alike) {
    scale(fading(membrane_.rate_ex, dt_[0]), n, columns.ex);
    scale(fading(membrane_.rate_in, dt_[0]), n, columns.in);
  } else {
    fade(membrane_.rate_ex, dt_.data(), n, columns.ex);
    fade(membrane_.rate_in, dt_.data(), n, columns.in);
  }
  for (const Long& step : long_) {
    columns.v[step.place] = step.state.v;
    columns.ex[step.place] = step.state.ex;
    columns.in[step.place] = step.state.in;
  }
}

}  // namespace synop
