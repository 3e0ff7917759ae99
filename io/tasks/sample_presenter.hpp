#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "synop/core/spike.hpp"

namespace synop {

// What the readout population did during one sample.
struct Response {
  std::vector<std::uint32_t> counts;  // spikes per neuron, in the last presentation
  std::vector<double> potentials;     // the largest of each neuron, of a rule that asks for them; in the last presentation
  std::vector<Spike> spikes;          // of all presentations, from the start of the first
  std::uint32_t presentations = 0;    // 1, or more if it stayed silent
  std::uint64_t events_left_out = 0;  // that came too late for the presentation
  std::vector<Spike> input;           // of the input population in the last presentation, from its start; if kept
};

// Presents samples to a network of its own.
class SamplePresenter {
 public:
  virtual ~SamplePresenter() = default;

  // `number` chooses the random numbers of all input: below 2^32 and different for every sample of the task.
  virtual Response present(std::uint64_t sample, std::uint64_t number) = 0;
};

// Presents samples [first, first + count), which must not depend on each other, under the numbers number_base + sample,
// with a thread for each presenter, and hands the responses on in order. Stops early, after whole chunks, when
// interrupted. Returns how many were presented. What presenting throws is thrown, of the first sample that fails.
std::uint64_t present_on_threads(std::span<SamplePresenter* const> presenters, std::uint64_t first, std::uint64_t count,
                                 std::uint64_t number_base,
                                 const std::function<void(std::uint64_t sample, const Response&)>& receive);

}  // namespace synop
