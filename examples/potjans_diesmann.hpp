#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/synapses/connect/fixed_total_number.hpp"

// The cortical microcircuit below 1 mm^2 of surface: four layers, each with excitatory and inhibitory neurons, 77,169
// of them, and 298,880,968 synapses.
//
//   T. C. Potjans & M. Diesmann (2014) Cereb. Cortex 24:785.            the model
//   S. J. van Albada et al. (2018) Front. Neuroinform. 12:291.          weights and delays as here
//   S. J. van Albada, M. Helias & M. Diesmann (2015) PLoS Comput. Biol. 11:e1004490.   smaller networks
//   https://github.com/INM-6/microcircuit-PD14-model                    parameters, initial potentials, mean rates
namespace synop::potjans_diesmann {

inline constexpr std::size_t populations = 8;
template <class T>
using PerPopulation = std::array<T, populations>;

inline constexpr PerPopulation<const char*> names{"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
inline constexpr PerPopulation<std::uint32_t> full_sizes{20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
inline constexpr PerPopulation<double> external_indegrees{1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
inline constexpr double external_rate = 8.0;  // Hz, of each external synapse

// The probability that a pair is connected: row target, column source.
inline constexpr PerPopulation<PerPopulation<double>> connection_probabilities{{
    {0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0},
    {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0},
    {0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0},
    {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0},
    {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0},
    {0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0},
    {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
    {0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443},
}};

// Initial potentials near the stationary state: mean and standard deviation, mV.
inline constexpr PerPopulation<double> potential_mean{-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43};
inline constexpr PerPopulation<double> potential_sd{5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48};

// Published rates, spikes/s: those of the repository's simulation (NEST 3), Poisson input.
inline constexpr PerPopulation<double> published_rates{0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829};
// Published CVs of intervals, full scale, 60 s (Romaro et al. (2021) Neural Comput. 33:1993, tables A.3 and A.4).
inline constexpr PerPopulation<double> published_cv_poisson{0.938, 0.916, 0.891, 0.873, 0.847, 0.809, 0.924, 0.819};
inline constexpr PerPopulation<double> published_cv_dc{0.936, 0.909, 0.875, 0.862, 0.820, 0.775, 0.923, 0.788};

// Published synchrony, as the model's paper defines it: variance / mean of the number of spikes of 1000 neurons in 3 ms
// (Romaro et al. (2021), tables A.5 and A.6).
inline constexpr PerPopulation<double> published_synchrony_poisson{2.9, 1.8, 3.0, 1.7, 4.4, 1.1, 1.2, 1.0};
inline constexpr PerPopulation<double> published_synchrony_dc{5.1, 3.3, 5.5, 2.7, 8.0, 2.0, 1.5, 1.3};

inline constexpr double tau_m = 10.0, C_m = 250.0, tau_syn = 0.5;  // ms, pF, ms
inline constexpr double E_L = -65.0, V_th = -50.0;                 // mV; the reset is to E_L
inline constexpr double mean_psp = 0.15;                           // mV
inline constexpr double relative_inhibition = -4.0;
inline constexpr double relative_weight_sd = 0.1;
inline constexpr double relative_delay_sd = 0.5;
inline constexpr double excitatory_delay = 1.5, inhibitory_delay = 0.75;  // ms
inline constexpr double delay_step = 0.1;                                 // ms

struct Options {
  bool poisson_drive = true;  // else a current of the same mean
  double scale = 1.0;         // of the numbers of neurons and of the in-degrees
  std::uint32_t block_size = 0;  // most neurons of a block; 0: chosen from the network
  bool continuous_delays = false;
  std::uint64_t seed = 1;
};

inline bool is_inhibitory(std::size_t population) {
  return population % 2 == 1;
}

// The synapses between two populations so that C is the probability that a pair has at least one, when every synapse
// falls on any pair. Logarithms are taken as the public implementation takes them, which loses digits of the lower one:
// their sum is two less than it would be, and the one everybody has.
inline double full_synapses(std::size_t target, std::size_t source) {
  const double pairs = static_cast<double>(full_sizes[target]) * full_sizes[source];
  return std::log(1.0 - connection_probabilities[target][source]) / std::log((pairs - 1.0) / pairs);
}

inline std::uint64_t synapses(std::size_t target, std::size_t source, double scale) {
  return static_cast<std::uint64_t>(std::llround(full_synapses(target, source) * scale * scale));
}

inline std::uint32_t size(std::size_t population, double scale) {
  return static_cast<std::uint32_t>(std::max(1.0, std::round(full_sizes[population] * scale)));
}

// The current that an input must have to let the potential rise by 1 mV at its peak, pA.
inline double current_per_mv() {
  const double peak = std::log(tau_m / tau_syn) * tau_m * tau_syn / (tau_m - tau_syn);  // ms
  return C_m * (tau_m - tau_syn) / (tau_m * tau_syn) / (std::exp(-peak / tau_m) - std::exp(-peak / tau_syn));
}

// Mean weight of the full network, pA.
inline double full_weight(std::size_t target, std::size_t source) {
  const bool doubled = target == 0 && source == 2;  // L4E -> L23E
  return mean_psp * current_per_mv() * (is_inhibitory(source) ? relative_inhibition : doubled ? 2.0 : 1.0);
}

// The mean of what the full network's other populations and its external synapses inject, pA.
inline double mean_recurrent_current(std::size_t target) {
  double current = 0.0;
  for (std::size_t source = 0; source < populations; ++source)
    current +=
        full_weight(target, source) * full_synapses(target, source) / full_sizes[target] * published_rates[source];
  return current * tau_syn * 1e-3;
}
inline double mean_external_current(std::size_t target) {
  return mean_psp * current_per_mv() * external_indegrees[target] * external_rate * tau_syn * 1e-3;
}

// In-degrees are scaled by k and weights by 1 / sqrt(k), which leaves the variance of a neuron's input as it is; a
// current adds what the mean has lost (van Albada et al. 2015).
inline double constant_current(std::size_t target, const Options& options) {
  const double lost = 1.0 - std::sqrt(options.scale);
  const double external = mean_external_current(target) * (options.poisson_drive ? lost : 1.0);
  return external + lost * mean_recurrent_current(target);
}

// Normal, drawn anew until it lies on the right side of 0.
inline Distribution weight(std::size_t target, std::size_t source, const Options& options) {
  const double mean = full_weight(target, source) / std::sqrt(options.scale);
  Distribution drawn = normal(mean, std::abs(mean) * relative_weight_sd);
  (is_inhibitory(source) ? drawn.high : drawn.low) = 0.0;
  return drawn;
}

// Normal, drawn anew until it is 0.1 ms or longer: after rounding, if delays are rounded.
inline Distribution delay(std::size_t source, const Options& options) {
  const double mean = is_inhibitory(source) ? inhibitory_delay : excitatory_delay;
  Distribution drawn = normal(mean, mean * relative_delay_sd);
  drawn.low = options.continuous_delays ? delay_step : 0.5 * delay_step;
  return drawn;
}

inline BuildOptions build_options(const Options& options, int threads) {
  BuildOptions build{.threads = threads, .block_size = options.block_size};
  if (!options.continuous_delays) build.delay_resolution = Delay::from_ms(delay_step);
  return build;
}

inline NetworkBuilder describe(const Options& options) {
  NetworkBuilder builder(options.seed);
  std::vector<PopulationId> ids;
  for (std::size_t p = 0; p < populations; ++p) {
    const IafPscExp neuron{.tau_m = tau_m,
                           .C_m = C_m,
                           .tau_syn_ex = tau_syn,
                           .tau_syn_in = tau_syn,
                           .E_L = E_L,
                           .V_th = V_th,
                           .V_reset = E_L,
                           .t_ref = 2.0,
                           .I_e = constant_current(p, options)};
    ids.push_back(
        builder.add_population(names[p], size(p, options.scale), neuron, normal(potential_mean[p], potential_sd[p])));
  }
  for (std::size_t target = 0; target < populations; ++target)
    for (std::size_t source = 0; source < populations; ++source)
      if (const std::uint64_t n = synapses(target, source, options.scale); n > 0)
        builder.connect(ids[source], ids[target], FixedTotalNumber(n),
                        {.weight = weight(target, source, options), .delay = delay(source, options)});
  if (!options.poisson_drive) return builder;
  for (std::size_t p = 0; p < populations; ++p)
    builder.drive(ids[p], PoissonGenerator(external_rate * std::round(external_indegrees[p] * options.scale)),
                  mean_psp * current_per_mv() / std::sqrt(options.scale), Delay::from_ms(excitatory_delay));
  return builder;
}

}  // namespace synop::potjans_diesmann
