#include "synop/io/events/address_bin.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr std::size_t event_bytes = 5;
constexpr std::int64_t ticks_per_us = ticks_per_ms / 1000;
constexpr std::int64_t overflow_us = std::int64_t{1} << 13;
constexpr std::int64_t time_limit_us = std::int64_t{1} << 23;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::input, message);
}

}  // namespace

std::vector<Spike> parse_address_bin(std::span<const std::uint8_t> bytes, const EventGeometry& geometry,
                                     EventOrder order, const std::string& where) {
  if (bytes.size() % event_bytes != 0)
    refuse(fmt::format("{} is truncated: {} bytes are no whole number of events of {} bytes", where, bytes.size(),
                       event_bytes));
  std::vector<Spike> events;
  events.reserve(bytes.size() / event_bytes);
  std::int64_t later = 0;
  for (std::size_t i = 0; i < bytes.size(); i += event_bytes) {
    const std::uint32_t x = bytes[i], y = bytes[i + 1], p = bytes[i + 2] >> 7;
    if (y == address_bin_overflow_row) {
      later += overflow_us;
      continue;
    }
    if (x >= geometry.width || y >= geometry.height)
      refuse(fmt::format("{}: event {} (byte {}) is at x = {}, y = {}, outside the sensor of {}", where,
                         i / event_bytes, i, x, y, geometry.text()));
    const std::int64_t us = (bytes[i + 2] & 0x7F) << 16 | bytes[i + 3] << 8 | bytes[i + 4];
    events.push_back({Time{(us + later) * ticks_per_us}, geometry.channel(x, y, p)});
  }
  put_in_order(events, order, where, "event");
  return events;
}

std::vector<std::uint8_t> address_bin(std::span<const Spike> events, const EventGeometry& geometry) {
  if (geometry.width > address_bin_largest_width || geometry.height > address_bin_largest_height ||
      geometry.polarities != 2)
    throw Error(
        ErrorKind::usage,
        fmt::format("a sensor of {} with {} polarities; a .bin file holds at most {} x {} pixels with 2",
                    geometry.text(), geometry.polarities, address_bin_largest_width, address_bin_largest_height));
  std::vector<std::uint8_t> bytes;
  bytes.reserve(events.size() * event_bytes);
  for (const Spike& event : events) {
    const std::int64_t us = event.time.ticks / ticks_per_us;
    if (event.time.ticks < 0 || us >= time_limit_us || event.neuron >= geometry.channels())
      throw Error(ErrorKind::usage,
                  fmt::format("an event of channel {} at {} ms; a .bin file of this sensor holds channels "
                              "below {} and times in [0, 8388.608) ms",
                              event.neuron, event.time.ms(), geometry.channels()));
    const std::uint32_t pixels = geometry.width * geometry.height;
    const std::uint32_t pixel = event.neuron % pixels;
    const auto push = [&](std::int64_t byte) { bytes.push_back(static_cast<std::uint8_t>(byte)); };
    push(pixel % geometry.width);
    push(pixel / geometry.width);
    push(static_cast<std::int64_t>(event.neuron / pixels) << 7 | us >> 16);
    push(us >> 8 & 0xFF);
    push(us & 0xFF);
  }
  return bytes;
}

}  // namespace synop
