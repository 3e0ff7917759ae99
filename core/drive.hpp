#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/time.hpp"

namespace synop {

class StateReader;
class StateWriter;

// Input that needs no stored synapses: every event is one spike at one neuron.
struct DriveEvent {
  Time time;
  std::uint32_t target = 0;  // within the stream's group of neurons
  std::uint32_t unused = 0;
};

// A stream of events onto one group of neurons, generated in batches as it is consumed.
class DriveStream {
 public:
  virtual ~DriveStream() = default;
  // Appends the next events in time order (none: the stream has ended).
  virtual void generate(std::vector<DriveEvent>& events) = 0;
  virtual void restart(std::uint64_t trial) = 0;  // back to time 0, with the random numbers of that trial
  virtual void save(StateWriter& writer) = 0;
  virtual void load(StateReader& reader) = 0;
};

// Neurons of a drive share a stream in fixed groups of this many consecutive neurons of the population, so that what a
// neuron receives depends on no partition, thread or rank. Blocks of neurons are made of whole groups.
inline constexpr std::uint32_t drive_group_size = 4096;

class DriveModel {
 public:
  virtual ~DriveModel() = default;
  virtual std::string_view name() const = 0;
  virtual double expected_rate() const = 0;  // events per second and neuron, for estimates
  // `drive` numbers the drives of a network, `group` the groups of neurons within the population.
  virtual std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t group,
                                                   std::uint32_t neurons) const = 0;
};

// A constant current added to a range of neurons at an instant (steps of a current are exact: nothing is sampled).
struct CurrentStep {
  Time time;
  Slice neurons;     // of the population
  double amplitude;  // pA, added to the current that flows
};

}  // namespace synop
