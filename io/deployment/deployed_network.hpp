#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synop/io/deployment/image.hpp"

namespace synop {

// Runs a deployed network step by step, in integers or float32, in two pieces of memory: its image, which is only read,
// and that of its state. It allocates nothing, and nothing it holds grows: the event queue is one bit for each neuron
// and step that some delay reaches back to, so it has room for every neuron firing in every step. The rule of a step is
// in docs/deployment.md.
class DeployedNetwork {
 public:
  // Both must outlive it and begin at multiples of 8 bytes. Throws Error(input) unless the image is one of this version
  // and Error(usage) unless the memory has header_of(image).ram_bytes.
  DeployedNetwork(std::span<const std::byte> image, std::span<std::byte> ram);

  // Back to the first step, with no spikes on their way.
  void restart();
  // A neuron of a source population fires in the next step.
  void set_spike(std::uint32_t population, std::uint32_t neuron);
  // The steps that end at 0, step, 2 step, ...
  void step();

  // In the last step, a neuron of a population that is no source.
  bool fired(std::uint32_t population, std::uint32_t neuron) const;
  // Calls f(neuron) for those that fired in the last step, ascending.
  template <class F>
  void for_each_spike(std::uint32_t population, F f) const {
    const std::uint32_t size = populations_[population].size;
    const std::byte* const bits = spikes(population, steps() - 1);
    for (std::uint32_t byte = 0; byte * 8 < size; ++byte)
      for (auto rest = std::to_integer<unsigned>(bits[byte]); rest != 0; rest &= rest - 1)
        f(byte * 8 + static_cast<std::uint32_t>(std::countr_zero(rest)));
  }
  std::uint32_t steps() const { return run().steps; }                      // done since the start
  std::uint32_t saturations() const { return run().saturations; }          // additions since the start that did not fit
  double potential(std::uint32_t population, std::uint32_t neuron) const;  // in units of the state

 private:
  struct Run {
    std::uint32_t steps;
    std::uint32_t saturations;
  };

  Run& run() const { return *reinterpret_cast<Run*>(ram_.data()); }
  std::byte* spikes(std::uint32_t population, std::uint32_t step) const;
  template <class Weight, class State>
  void step_as();
  template <class State>
  void advance(const PopulationRecord& p);
  template <class Weight, class State>
  void deliver(const ProjectionRecord& p);
  template <class State>
  void fire(std::uint32_t population);
  template <class State>
  void restart_as();

  std::span<const std::byte> image_;
  std::span<std::byte> ram_;
  ImageHeader header_;
  const PopulationRecord* populations_;
  const ProjectionRecord* projections_;
  const std::uint16_t* order_;
};

}  // namespace synop
