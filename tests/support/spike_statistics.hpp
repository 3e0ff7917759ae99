#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "synop/core/simulation.hpp"

namespace synop::test {

struct TrainStatistics {
  double rate = 0.0;        // spikes per second and neuron
  double cv = 0.0;          // of intervals, mean over the neurons with 5 intervals or more
  double rate_error = 0.0;  // standard error of the rate if the trains are independent renewal processes
};

inline TrainStatistics statistics(const std::vector<Spike>& spikes, std::uint32_t neurons, double seconds) {
  struct Sums {
    double last = -1.0;
    double n = 0.0, sum = 0.0, squares = 0.0;
  };
  std::vector<Sums> sums(neurons);
  for (const Spike& spike : spikes) {
    Sums& s = sums[spike.neuron];
    if (s.last >= 0.0) {
      const double interval = spike.time.ms() - s.last;
      s.n += 1.0;
      s.sum += interval;
      s.squares += interval * interval;
    }
    s.last = spike.time.ms();
  }
  double cv = 0.0;
  double counted = 0.0;
  for (const Sums& s : sums) {
    if (s.n < 5.0) continue;
    const double mean = s.sum / s.n;
    cv += std::sqrt(std::max(0.0, s.squares / s.n - mean * mean)) / mean;
    counted += 1.0;
  }
  cv = counted > 0.0 ? cv / counted : 0.0;
  const double n = static_cast<double>(spikes.size());
  const double rate = n / (neurons * seconds);
  return {rate, cv, n > 0.0 ? rate * cv / std::sqrt(n) : 0.0};
}

// Firing rate (Hz) of a leaky integrate-and-fire neuron in the diffusion limit: mean input mu and standard deviation
// sigma of the free potential times sqrt(2), in mV above rest; times in ms (Siegert 1951; Brunel 2000).
//   1 / rate = t_ref + tau sqrt(pi) integral from (V_reset - mu) / sigma to (V_th - mu) / sigma of exp(x^2) erfc(-x)
inline double siegert_rate(double mu, double sigma, double tau, double V_th, double V_reset, double t_ref) {
  const auto integrand = [](double x) {
    // exp(x^2) erfc(-x) far below zero: its asymptotic series, as the factors leave the range of double
    if (x < -20.0) return (1.0 - 0.5 / (x * x)) / (-x * std::sqrt(std::numbers::pi));
    return std::exp(x * x) * std::erfc(-x);
  };
  const double low = (V_reset - mu) / sigma;
  const double high = (V_th - mu) / sigma;
  constexpr int steps = 20000;  // Simpson's rule
  const double h = (high - low) / steps;
  double sum = integrand(low) + integrand(high);
  for (int i = 1; i < steps; ++i) sum += (i % 2 == 1 ? 4.0 : 2.0) * integrand(low + i * h);
  return 1e3 / (t_ref + tau * std::sqrt(std::numbers::pi) * sum * h / 3.0);
}

}  // namespace synop::test
