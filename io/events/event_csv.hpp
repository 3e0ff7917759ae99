#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synop/io/events/event_set.hpp"
#include "synop/io/events/geometry.hpp"

namespace synop {

// Reads address events from CSV (CsvTable) with the columns t, x, y, p in any order. The unit of time is in the name of
// its column (t_s, t_ms, t_us, t_ns), or for a plain t it is `unit` ("s", "ms", "us", "ns"); one of them must say it. p
// is 1 for brighter and 0 or -1 for darker; the column may be absent where the sensor has one polarity.
//
// Throws Error(file) if the file cannot be read and Error(input), with line and column, when a value is not finite, no
// pixel of the sensor, no polarity or no time in [0, 9.2e9 ms), when times run backwards, or when the unit is not given
// or twice.
std::vector<Spike> read_event_csv(const std::filesystem::path& path, const EventGeometry& geometry,
                                  const std::string& unit, EventOrder order);

}  // namespace synop
