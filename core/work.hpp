#pragma once

#include <span>
#include <string>
#include <vector>

#include "synop/core/ledger.hpp"
#include "synop/core/operations.hpp"

namespace synop {

// Operations and the arrays that they read and write: what a price table needs to know.

// An array in memory, for prices by size.
struct Array {
  std::uint64_t words = 0;  // 0: not known
  unsigned bits = 0;        // of a word; 0: the width that the price table has for such words
};

struct Work {
  std::string name;  // a projection, a population or a layer
  OperationCounts counts;
  Array weights = {};
  Array indices = {};
  Array states = {};
  Array activations = {};
};

OperationCounts total(std::span<const Work> work);

// Which accesses to memory are charged.
enum class Traffic {
  none,       // arithmetic only
  every_use,  // every operand of every operation is fetched, every result stored
  reused,     // an operand is fetched once as long as nothing has to intervene (docs/energy.md)
};
std::string_view name(Traffic traffic);  // "compute only", ...

// How a spiking network is put into hardware.
struct Deployment {
  Delay step{ticks_per_ms};  // a clocked chip's; also within which a state that is reused stays in registers
  bool clocked = false;      // every neuron is updated in every step
  Traffic traffic = Traffic::every_use;
};

// Learning is kept apart from what an inference needs.
struct SpikingWork {
  std::vector<Work> inference;   // by projection, then by population
  std::vector<Work> plasticity;  // by plastic projection
};
SpikingWork spiking_work(const Ledger& ledger, const Deployment& deployment);

// Steps of a clocked chip in the simulated time of a ledger. Error(model) unless step > 0.
std::uint64_t steps_of(const Ledger& ledger, Delay step);

// A layer of a conventional network. Its weights are used once per evaluation in a fully connected layer, more often in
// a convolution; a recurrent network unrolled over time evaluates a layer several times per inference.
struct AnnLayer {
  std::string name;
  std::uint64_t inputs = 0;
  std::uint64_t outputs = 0;
  std::uint64_t weights = 0;      // stored
  std::uint64_t macs = 0;         // per evaluation
  std::uint64_t biases = 0;       // per evaluation
  std::uint64_t evaluations = 1;  // per inference
  double density = 1.0;           // of inputs that are not zero; zeros are skipped
  unsigned activation_bits = 0;   // 0: the price table's width
};
AnnLayer dense_layer(std::string name, std::uint64_t inputs, std::uint64_t outputs, bool bias);

// One inference of it.
Work ann_work(const AnnLayer& layer, Traffic traffic);

}  // namespace synop
