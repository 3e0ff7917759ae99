#include "synop/io/nir/options.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::nir {

void check_options(const Options& options) {
  const auto refuse = [](const std::string& message) { throw Error(ErrorKind::model, message); };
  if (options.dt <= Delay{} && options.mode == Mode::clocked)
    refuse("mode = \"clocked\" needs the time step dt that the network was trained with, above 0 ms");
  if (options.dt <= Delay{} && options.spike == SpikeMeaning::pulse)
    refuse("spike = \"pulse\" needs dt, the duration of a pulse, above 0 ms");
  if (options.spike_area <= Delay{})
    refuse(fmt::format("spike_area = {} ms; allowed: above 0 ms", options.spike_area.ms()));
  if (options.recurrent_delay && *options.recurrent_delay <= Delay{})
    refuse(fmt::format("recurrent_delay = {} ms; allowed: above 0 ms", options.recurrent_delay->ms()));
}

std::vector<std::string> sentences_of(const Options& options) {
  std::vector<std::string> lines;
  if (options.mode == Mode::exact)
    lines.emplace_back("mode: exact, in continuous time; every spike is an event");
  else
    lines.push_back(fmt::format("mode: clocked, forward Euler in steps of dt = {} ms", options.dt.ms()));
  if (options.spike == SpikeMeaning::pulse)
    lines.push_back(fmt::format("spike: pulse, the value 1 during dt = {} ms", options.dt.ms()));
  else
    lines.push_back(fmt::format("spike: delta, an impulse of the area {} s", options.area()));
  if (options.reset == Reset::to_value)
    lines.emplace_back("reset: to v_reset");
  else
    lines.emplace_back(
        options.mode == Mode::exact
            ? "reset: by subtraction of v_threshold; what is still above fires again a tick (1e-9 ms) later"
            : "reset: by subtraction of v_threshold; what is still above fires again in the next step");
  if (options.mode == Mode::clocked) {
    lines.emplace_back(options.current == CubaCurrent::previous
                           ? "current of CubaLIF and CubaLI: that before the step charges the membrane"
                           : "current of CubaLIF and CubaLI: that after the step charges the membrane");
    lines.emplace_back("edges that close a loop without a Delay: one step");
  } else if (options.recurrent_delay) {
    lines.push_back(fmt::format("edges that close a loop without a Delay: {} ms", options.recurrent_delay->ms()));
  }
  return lines;
}

}  // namespace synop::nir
