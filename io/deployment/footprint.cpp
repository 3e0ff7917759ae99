#include "synop/io/deployment/footprint.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"
#include "synop/io/deployment/image.hpp"
#include "synop/io/deployment/layout.hpp"
#include "synop/io/run/print_result.hpp"

namespace synop {

namespace {

constexpr std::uint64_t run_counters = 8;  // the number of the step and how often an addition saturated

void add(Footprint& f, Memory memory, const std::string& part, const char* what, std::uint64_t bytes) {
  if (bytes > 0) f.terms.push_back({memory, part, what, bytes});
}

void add_projection(const StepProjection& p, Footprint& f) {
  const std::string part = fmt::format("projection '{}'", p.name);
  const ProjectionLayout layout = layout_of(p, f.precision.weights);
  const std::uint64_t rows = p.sources.count + std::uint64_t{1};
  std::uint64_t indices = 0, delays = 0;
  if (layout.connectivity == Connectivity::rows) {
    indices = padded(rows * layout.row_width) + padded(p.synapses() * layout.target_width);
    if (layout.grouped) {
      indices += padded((layout.groups + 1) * layout.group_width);
      delays = padded(layout.groups * layout.delay_width) + padded(layout.distinct_delays * layout.delay_width);
    }
  }
  if (!p.one_weight) add(f, Memory::flash, part, "weights", padded(layout.stored * bytes_of(f.precision.weights)));
  add(f, Memory::flash, part, "indices", indices);
  add(f, Memory::flash, part, "delays", delays);
  add(f, Memory::flash, part, "parameters", sizeof(ProjectionRecord));
}

void add_population(const StepNetwork& network, std::uint32_t index, Footprint& f) {
  const StepPopulation& p = network.populations[index];
  const std::string part = fmt::format("population '{}'", p.name);
  const std::uint64_t state = bytes_of(f.precision.state), n = p.size;
  std::uint64_t parameters = sizeof(PopulationRecord), variables = 0;
  if (!p.source) {
    parameters += padded(p.threshold.size() * state) + padded(p.initial.size() * state);
    variables = (p.currents ? 3 : 1) * padded(n * state) + padded(n * refractory_width(p));
  }
  add(f, Memory::flash, part, "parameters", parameters);
  add(f, Memory::ram, part, "state", variables);
  add(f, Memory::ram, part, "event queue", padded(kept_steps(network, index) * ((n + 7) / 8)));
}

}  // namespace

std::string_view name(Memory memory) {
  return memory == Memory::flash ? "flash" : "RAM";
}

std::uint64_t Footprint::bytes(Memory memory) const {
  std::uint64_t sum = 0;
  for (const FootprintTerm& term : terms)
    if (term.memory == memory) sum += term.bytes;
  return sum;
}

std::uint64_t Footprint::bytes(Memory memory, std::string_view what) const {
  std::uint64_t sum = 0;
  for (const FootprintTerm& term : terms)
    if (term.memory == memory && term.what == what) sum += term.bytes;
  return sum;
}

Footprint footprint(const StepNetwork& network, Precision precision) {
  Footprint f{precision, {}};
  add(f, Memory::flash, "network", "parameters", sizeof(ImageHeader) + padded(2 * network.populations.size()));
  add(f, Memory::ram, "network", "scratch", run_counters);
  for (std::uint32_t i = 0; i < network.populations.size(); ++i) add_population(network, i, f);
  for (const StepProjection& p : network.projections) add_projection(p, f);
  return f;
}

std::vector<Overflow> overflows(const Footprint& footprint, const Budget& budget) {
  std::vector<Overflow> result;
  for (const Memory memory : {Memory::flash, Memory::ram}) {
    const std::optional<std::uint64_t> available = budget.of(memory);
    const std::uint64_t needed = footprint.bytes(memory);
    if (!available || needed <= *available) continue;
    std::uint64_t held = 0;
    const auto first = std::find_if(footprint.terms.begin(), footprint.terms.end(), [&](const FootprintTerm& term) {
      if (term.memory == memory) held += term.bytes;
      return held > *available;
    });
    result.push_back({memory, *first, needed, *available});
  }
  return result;
}

std::vector<Precision> fitting(const StepNetwork& network, const Budget& budget) {
  std::vector<Precision> result;
  for (const Precision precision : precisions())
    if (overflows(footprint(network, precision), budget).empty()) result.push_back(precision);
  return result;
}

std::vector<std::string> refusal(const StepNetwork& network, const Footprint& footprint, const Budget& budget) {
  std::vector<std::string> sentences;
  for (const Overflow& o : overflows(footprint, budget))
    sentences.push_back(
        fmt::format("{} needs {} bytes and there are {}: with the {} of {} ({} bytes) it overflows, by {} "
                    "bytes in all",
                    name(o.memory), grouped(o.needed), grouped(o.available), o.term.what, o.term.part,
                    grouped(o.term.bytes), grouped(o.needed - o.available)));
  if (sentences.empty()) return sentences;
  std::vector<std::string> fits;
  for (const Precision p : fitting(network, budget))
    fits.push_back(fmt::format("{} weights with a state of {}", name(p.weights), name(p.state)));
  sentences.push_back(fits.empty() ? "no precision would fit" : fmt::format("would fit: {}", fmt::join(fits, ", ")));
  return sentences;
}

std::uint64_t parse_bytes(std::string_view option, std::string_view text) {
  double number = 0.0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  double factor = -1.0;
  if (unit.empty() || unit == "B") factor = 1.0;
  if (unit == "k" || unit == "K" || unit == "KiB") factor = 1024.0;
  if (unit == "M" || unit == "MiB") factor = 1048576.0;
  if (unit == "G" || unit == "GiB") factor = 1073741824.0;
  const double bytes = std::floor(number * factor);
  if (problem != std::errc() || factor < 0.0 || !(bytes >= 0.0 && bytes < 9e15))
    throw Error(ErrorKind::usage,
                fmt::format("{}: '{}' is no size of a memory; allowed: bytes, or with k, M or G (KiB, MiB, "
                            "GiB), from 0 on, for example 320k",
                            option, text));
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace synop
