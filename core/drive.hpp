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

// Input that needs no stored synapses: every event is one spike at one neuron. Times never descend.
struct DriveEvents {
  std::vector<Time> times;
  std::vector<std::uint32_t> targets;  // within the stream's group of neurons

  std::size_t size() const { return times.size(); }
  bool empty() const { return times.empty(); }
  void resize(std::size_t n) {
    times.resize(n);
    targets.resize(n);
  }
};

// A stream of events onto one group of neurons, generated in batches as it is consumed.
class DriveStream {
 public:
  virtual ~DriveStream() = default;
  // Replaces `events` by the next ones (none: the stream has ended). Takes a bounded number of steps for each event,
  // whatever the parameters, since nothing can interrupt it.
  virtual void generate(DriveEvents& events) = 0;
  virtual void restart(std::uint64_t trial) = 0;  // back to time 0, with the random numbers of that trial
  virtual void save(StateWriter& writer) = 0;
  virtual void load(StateReader& reader) = 0;
};

class DriveModel {
 public:
  virtual ~DriveModel() = default;
  virtual std::string_view name() const = 0;
  virtual double expected_rate() const = 0;  // events per second and neuron, for estimates
  // Called once, when the drive is added to a network: the neurons of the target population that it drives.
  virtual void settle(Slice) {}
  // `drive` numbers the drives of a network. `first` is the first neuron of the group within its population: the neurons
  // of a group share a stream, and groups depend on the network alone, never on threads or ranks.
  virtual std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                                   std::uint32_t neurons) const = 0;
};

// A constant current added to a range of neurons at an instant (steps of a current are exact: nothing is sampled).
struct CurrentStep {
  Time time;
  Slice neurons;     // of the population
  double amplitude;  // pA, added to the current that flows
};

// A current that changes at instants of its own, as one block consumes it. Instants ascend strictly.
class CurrentStream {
 public:
  virtual ~CurrentStream() = default;
  virtual Time next() const = 0;  // of the next change; never() when the current stays as it is
  // Makes that change: `change` becomes what is added to the current that flows, in pA, one value for all neurons of the
  // stream or one for each.
  virtual void advance(std::vector<double>& change) = 0;
  virtual void restart(std::uint64_t trial) = 0;  // back to time 0 and no current, with the random numbers of that trial
  virtual void save(StateWriter& writer) = 0;
  virtual void load(StateReader& reader) = 0;
};

class CurrentModel {
 public:
  virtual ~CurrentModel() = default;
  virtual std::string_view name() const = 0;
  // `current` numbers the changing currents of a network; `first` is the stream's first neuron within its population.
  virtual std::unique_ptr<CurrentStream> make_stream(std::uint64_t seed, std::uint32_t current, std::uint32_t first,
                                                     std::uint32_t neurons) const = 0;
};

// The current of one stream onto neurons counted within a block.
struct CurrentInput {
  Slice neurons;
  std::unique_ptr<CurrentStream> stream;
};

}  // namespace synop
