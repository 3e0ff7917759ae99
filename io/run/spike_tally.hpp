#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/core/observer.hpp"

namespace synop {

// Spikes of every neuron, over all inferences and the most in one of them. To be attached to a simulation while it
// counts.
class SpikeTally final : public Observer {
 public:
  explicit SpikeTally(const Network& network);

  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;
  void end_inference();  // what comes belongs to the next one
  void reset();          // nothing was counted yet

  // Of the inferences that have ended.
  std::uint64_t inferences() const { return inferences_; }
  std::span<const std::uint64_t> counts(PopulationId population) const { return of_[population.index].total; }
  std::uint64_t active(PopulationId population) const { return of_[population.index].active; }    // neurons, summed
  std::uint64_t largest(PopulationId population) const { return of_[population.index].largest; }  // spikes of a neuron

  template <class Archive>
  void serialize(Archive& archive) {
    archive(of_, inferences_);
  }

 private:
  struct Counts {
    std::vector<std::uint64_t> total;
    std::vector<std::uint64_t> current;  // of the inference that goes on
    std::uint64_t active = 0;
    std::uint64_t largest = 0;

    template <class Archive>
    void serialize(Archive& archive) {
      archive(total, current, active, largest);
    }
  };
  std::vector<Counts> of_;
  std::uint64_t inferences_ = 0;
};

}  // namespace synop
