#include "synop/io/events/event_csv.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/csv/csv_table.hpp"

namespace synop {

namespace {

constexpr double last_ms = 9.2e9;

struct TimeColumn {
  std::string name;
  double ms = 0.0;  // per unit
};

constexpr std::array<std::pair<std::string_view, double>, 4> units = {
    {{"s", 1e3}, {"ms", 1.0}, {"us", 1e-3}, {"ns", 1e-6}}};

TimeColumn find_time(const CsvTable& table, const std::string& file, const std::string& unit) {
  for (const auto& [name, ms] : units) {
    const std::string column = fmt::format("t_{}", name);
    if (!table.has(column)) continue;
    if (!unit.empty() && unit != name)
      throw Error(ErrorKind::input,
                  fmt::format("{}: the column '{}' is in {}, but time_unit says {}", file, column, name, unit));
    return {column, ms};
  }
  for (const auto& [name, ms] : units)
    if (unit == name) return {"t", ms};
  throw Error(ErrorKind::input,
              fmt::format("{}: the unit of time is missing; call the column t_s, t_ms, t_us or t_ns, or give "
                          "time_unit",
                          file));
}

// The time to the nearest tick; a double in ms would lose digits of whole ns.
Time time_at(const CsvTable& table, const TimeColumn& column, std::size_t row, double value) {
  const double ms = value * column.ms;
  if (!(ms >= 0.0 && ms < last_ms))
    table.refuse(row, column.name, fmt::format("time {} is outside [0, {}) ms", value, last_ms));
  return Time{std::llround(value * (column.ms * static_cast<double>(ticks_per_ms)))};
}

}  // namespace

std::vector<Spike> read_event_csv(const std::filesystem::path& path, const EventGeometry& geometry,
                                  const std::string& unit, EventOrder order) {
  const CsvTable table = CsvTable::read(path);
  const TimeColumn time = find_time(table, path.string(), unit);
  const std::array<std::string_view, 4> allowed = {time.name, "x", "y", "p"};
  table.allow_only(allowed);
  const std::span<const double> t = table.values(time.name);
  const std::vector<std::uint32_t> x = table.ids("x", geometry.width);
  const std::vector<std::uint32_t> y = table.ids("y", geometry.height);
  const bool polar = geometry.polarities == 2 || table.has("p");
  const std::span<const double> p = polar ? table.values("p") : std::span<const double>{};
  std::vector<Spike> events;
  events.reserve(t.size());
  for (std::size_t row = 0; row < t.size(); ++row) {
    if (polar && p[row] != 0.0 && p[row] != 1.0 && p[row] != -1.0)
      table.refuse(row, "p", fmt::format("value {} is no polarity; allowed: 1 (brighter), 0 or -1 (darker)", p[row]));
    const Time at = time_at(table, time, row, t[row]);
    if (order == EventOrder::ascending && row > 0 && at < events.back().time)
      table.refuse(row, time.name,
                   fmt::format("time {} is before that of the row ahead of it; times must not decrease "
                               "(sort_events = true sorts them)",
                               t[row]));
    events.push_back({at, geometry.channel(x[row], y[row], polar && p[row] > 0.0 ? 1 : 0)});
  }
  put_in_order(events, order, path.string(), "row");
  return events;
}

}  // namespace synop
