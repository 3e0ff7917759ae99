#include "synop/io/events/event_set.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/events/geometry.hpp"

namespace synop {

std::string EventGeometry::text() const {
  return fmt::format("{} x {} pixels", width, height);
}

void put_in_order(std::vector<Spike>& events, EventOrder order, const std::string& where, const char* unit) {
  if (order == EventOrder::ascending) {
    const auto back = std::is_sorted_until(events.begin(), events.end(),
                                           [](const Spike& a, const Spike& b) { return a.time < b.time; });
    if (back != events.end())
      throw Error(ErrorKind::input,
                  fmt::format("{}: {} {} is at {} ms, before the one ahead of it at {} ms; times must not decrease "
                              "(sort_events = true sorts them)",
                              where, unit, back - events.begin(), back->time.ms(), (back - 1)->time.ms()));
  }
  if (order == EventOrder::any) std::sort(events.begin(), events.end());
  for (auto begin = events.begin(); begin != events.end();) {  // channels, where times are equal
    const auto end = std::find_if(begin, events.end(), [&](const Spike& event) { return event.time != begin->time; });
    if (end - begin > 1) std::sort(begin, end);
    begin = end;
  }
}

}  // namespace synop
