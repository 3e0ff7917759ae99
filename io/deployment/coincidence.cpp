#include "synop/io/deployment/coincidence.hpp"

#include <limits>

namespace synop {

namespace {

std::vector<std::vector<Time>> trains_of(const std::vector<Spike>& spikes, std::uint32_t neurons) {
  std::vector<std::vector<Time>> trains(neurons);
  for (const Spike& spike : spikes) trains[spike.neuron].push_back(spike.time);
  return trains;
}

// The earliest that can pair do pair, which leaves the most to the others.
std::uint64_t pairs(const std::vector<Time>& a, const std::vector<Time>& b, Delay window) {
  std::uint64_t count = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i] - b[k] > window)
      ++k;
    else if (b[k] - a[i] > window)
      ++i;
    else
      ++count, ++i, ++k;
  }
  return count;
}

}  // namespace

double Coincidence::share() const {
  return first + second == 0 ? 1.0 : 2.0 * static_cast<double>(together) / static_cast<double>(first + second);
}

double Coincidence::gamma() const {
  if (first + second == 0) return 1.0;
  const double most = static_cast<double>(first + second) / 2.0 - by_chance;
  return most > 0.0 ? (static_cast<double>(together) - by_chance) / most : std::numeric_limits<double>::quiet_NaN();
}

Coincidence& Coincidence::operator+=(const Coincidence& other) {
  first += other.first;
  second += other.second;
  together += other.together;
  by_chance += other.by_chance;
  return *this;
}

Coincidence coincidence(const std::vector<Spike>& first, const std::vector<Spike>& second, std::uint32_t neurons,
                        Delay window, Delay span) {
  Coincidence c{first.size(), second.size(), 0, 0.0};
  const auto a = trains_of(first, neurons), b = trains_of(second, neurons);
  for (std::uint32_t i = 0; i < neurons; ++i) {
    c.together += pairs(a[i], b[i], window);
    const auto both = static_cast<double>(a[i].size()) * static_cast<double>(b[i].size());
    if (span.ticks > 0) c.by_chance += 2.0 * window.ms() * both / span.ms();
  }
  return c;
}

}  // namespace synop
