#include "synop/core/performance_notes.hpp"

#include <fmt/format.h>

#include "synop/core/machine.hpp"

namespace synop {

namespace {

constexpr Delay short_window = Delay{ticks_per_ms / 50};  // 20 us: 50,000 windows per second of biology
constexpr std::uint64_t many_synapses = 100'000;
constexpr double small_group = 2.0;

void note_window(const Network& network, Delay window, std::vector<std::string>& notes) {
  if (window >= short_window) return;
  std::string reason;
  for (const Projection& p : network.projections())
    if (p.synapses > 0 && p.smallest_delay == window) {
      reason = fmt::format(", because projection '{}' has delays down to {} ms", p.name, window.ms());
      break;
    }
  notes.push_back(fmt::format("the network is advanced in windows of {} ms, {:.0f} of them per second of biology{}; a "
                              "larger smallest delay would make it faster",
                              window.ms(), 1000.0 / window.ms(), reason));
}

void note_groups(const Network& network, std::vector<std::string>& notes) {
  for (const Projection& p : network.projections()) {
    if (p.synapses < many_synapses || p.groups == 0 || p.smallest_delay == p.largest_delay) continue;
    const double group = static_cast<double>(p.synapses) / static_cast<double>(p.groups);
    if (group >= small_group) continue;
    notes.push_back(fmt::format("projection '{}': on average {:.2f} synapses of a source have the same delay, so they are "
                                "delivered almost one by one; delays on a grid (delay_resolution) would make it faster",
                                p.name, group));
  }
}

}  // namespace

std::vector<std::string> performance_notes(const Network& network, const Schedule& schedule, int threads) {
  std::vector<std::string> notes;
  note_window(network, schedule.window, notes);
  note_groups(network, notes);
  if (threads > processors())
    notes.push_back(fmt::format("{} threads share {} cores; more threads than cores make no run faster", threads, processors()));
  return notes;
}

}  // namespace synop
