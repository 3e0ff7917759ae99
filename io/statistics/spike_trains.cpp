#include "synop/io/statistics/spike_trains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

namespace synop {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// The whole bins of a recording.
struct Bins {
  Time start;
  Delay width;
  std::uint64_t count;

  Bins(Time t, Delay span, Delay bin)
      : start(t), width(bin), count(static_cast<std::uint64_t>(std::max<std::int64_t>(0, span.ticks / bin.ticks))) {}
  std::optional<std::uint64_t> find(Time t) const {
    const auto b = static_cast<std::uint64_t>((t - start).ticks / width.ticks);
    return t >= start && b < count ? std::optional(b) : std::nullopt;
  }
};

}  // namespace

double mean_rate(std::span<const Spike> spikes, std::uint32_t neurons, Delay span) {
  return static_cast<double>(spikes.size()) / (neurons * span.ms() * 1e-3);
}

IntervalCv interval_cv(std::span<const Spike> spikes, std::uint32_t neurons, std::uint32_t least_spikes) {
  // Mean and sum of squared deviations, brought up to date with every interval (Welford 1962).
  struct Sums {
    Time last;
    std::uint32_t spikes = 0;
    double mean = 0.0;
    double deviations = 0.0;
  };
  std::vector<Sums> of(neurons);
  for (const Spike& spike : spikes) {
    Sums& s = of[spike.neuron];
    if (s.spikes > 0) {
      const double interval = (spike.time - s.last).ms();
      const double difference = interval - s.mean;
      s.mean += difference / s.spikes;
      s.deviations += difference * (interval - s.mean);
    }
    s.last = spike.time;
    ++s.spikes;
  }
  IntervalCv cv;
  double sum = 0.0;
  for (const Sums& s : of) {
    if (s.spikes < std::max(least_spikes, 2u)) continue;
    sum += std::sqrt(s.deviations / (s.spikes - 1)) / s.mean;
    ++cv.neurons;
  }
  cv.mean = cv.neurons > 0 ? sum / cv.neurons : none;
  return cv;
}

// With z_i the deviation of neuron i's counts from their mean, divided by its length, the sum of z_i . z_j over all
// ordered pairs i, j is |sum of z_i|^2, of which the n neurons with themselves make n.
Correlation pairwise_correlation(std::span<const Spike> spikes, std::uint32_t neurons, Time start, Delay span,
                                 Delay bin) {
  const Bins bins(start, span, bin);
  std::vector<std::map<std::uint64_t, double>> counts(neurons);  // of the bins with a spike
  for (const Spike& spike : spikes)
    if (const auto b = bins.find(spike.time); b && spike.neuron < neurons) ++counts[spike.neuron][*b];
  Correlation correlation;
  std::vector<double> sum(bins.count);  // of the z_i, but for `offset`, which is the same in all bins
  double offset = 0.0;
  for (const auto& of_neuron : counts) {
    double total = 0.0, squares = 0.0;
    for (const auto& [b, n] : of_neuron) total += n, squares += n * n;
    const double mean = total / static_cast<double>(bins.count);
    const double variance = squares - total * mean;
    if (!(variance > 1e-9 * squares)) continue;
    const double length = std::sqrt(variance);
    for (const auto& [b, n] : of_neuron) sum[b] += n / length;
    offset += mean / length;
    ++correlation.neurons;
  }
  const double n = correlation.neurons;
  double length2 = 0.0;
  for (const double z : sum) length2 += (z - offset) * (z - offset);
  correlation.mean = n < 2.0 ? none : (length2 - n) / (n * (n - 1.0));
  return correlation;
}

double synchrony(std::span<const Spike> spikes, std::uint32_t neurons, Time start, Delay span, Delay bin) {
  const Bins bins(start, span, bin);
  std::vector<double> counts(bins.count);
  double total = 0.0, squares = 0.0;
  for (const Spike& spike : spikes)
    if (const auto b = bins.find(spike.time); b && spike.neuron < neurons) ++counts[*b], ++total;
  for (const double n : counts) squares += n * n;
  return total > 0.0 ? squares / total - total / static_cast<double>(bins.count) : none;
}

}  // namespace synop
