#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synop/core/spike.hpp"

namespace synop {

// A labelled set of samples, each a list of address events. Its functions are const in every sense: any number of
// threads may read samples at once.
class EventSet {
 public:
  virtual ~EventSet() = default;

  virtual const std::string& origin() const = 0;  // where the samples come from, for messages and reports
  virtual std::uint64_t size() const = 0;         // number of samples
  virtual std::uint32_t channels() const = 0;     // events are of channels [0, channels())
  virtual std::uint32_t label(std::uint64_t sample) const = 0;

  // The events of a sample by time, then channel (`neuron` is the channel); times count from the beginning of the
  // sample. Throws Error(file) if a file cannot be read and Error(input), with file and position, if its content is
  // wrong.
  virtual std::vector<Spike> events(std::uint64_t sample) const = 0;
  // Throws what reading the sample would.
  virtual void check(std::uint64_t sample) const { (void)events(sample); }
};

// Whether events that do not come in the order of their times are refused or sorted.
enum class EventOrder { ascending, any };

// Throws Error(input) unless times ascend or need not; sorts by time, then channel. `where` begins the message and
// `unit` says what is counted ("event", "row").
void put_in_order(std::vector<Spike>& events, EventOrder order, const std::string& where, const char* unit);

}  // namespace synop
