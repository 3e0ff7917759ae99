#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "synop/core/simulation.hpp"
#include "synop/io/encoders/direct_current.hpp"
#include "synop/io/encoders/latency.hpp"
#include "synop/io/encoders/poisson_rate.hpp"
#include "synop/io/encoders/regular_rate.hpp"
#include "synop/io/events/event_set.hpp"
#include "synop/io/tasks/dataset.hpp"
#include "synop/io/tasks/vector_set.hpp"

namespace synop {

// One presentation of a sample.
struct Showing {
  std::uint64_t sample = 0;
  std::uint64_t trial = 0;  // chooses the random numbers, as of Simulation::restart
  Delay duration;
  double raised_rate = 0.0;  // Hz, added to the maximal rate of encoders that have one
};

// The samples of a task as the input of a network. All functions are const: any number of threads may show samples to
// simulations of their own.
class TaskInput {
 public:
  virtual ~TaskInput() = default;

  virtual const std::string& origin() const = 0;  // where the samples come from
  virtual std::uint64_t size() const = 0;         // number of samples
  virtual std::uint32_t channels() const = 0;     // one for each neuron of the input population
  virtual std::uint32_t label(std::uint64_t sample) const = 0;
  // The images, if the samples are images; for baselines and pictures.
  virtual const ImageSet* images() const { return nullptr; }

  // Throws what showing the sample would.
  virtual void check(std::uint64_t sample) const = 0;
  // Gives the input population a sample, from now() of the simulation on. Returns how many events are left out because
  // they come at the end of the presentation or later.
  virtual std::uint64_t begin(Simulation& simulation, PopulationId population, const Showing& showing) const = 0;
  // The constant current of each channel while the sample is shown, in pA, of inputs that are currents; else empty.
  virtual std::vector<double> currents(const Showing&) const { return {}; }
  // Ends it: the input is silent from now() on.
  virtual void end(Simulation& simulation, PopulationId population, const Showing& showing) const = 0;
};

using Encoder = std::variant<PoissonRate, RegularRate, Latency, DirectCurrent>;

// `seed` chooses, with trial and channel, the random phases of RegularRate.
std::unique_ptr<TaskInput> encoded_images(ImageSet images, const Encoder& encoder, std::uint64_t seed);
std::unique_ptr<TaskInput> encoded_vectors(VectorSet vectors, const Encoder& encoder, std::uint64_t seed);
std::unique_ptr<TaskInput> event_input(std::unique_ptr<EventSet> events);

}  // namespace synop
