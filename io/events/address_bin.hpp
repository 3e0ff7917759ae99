#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synop/io/events/event_set.hpp"
#include "synop/io/events/geometry.hpp"

namespace synop {

// Address events as N-MNIST and N-Caltech101 have them (Orchard, Jayant, Cohen & Thakor 2015, Front. Neurosci. 9:437):
// 5 bytes for each event, big-endian,
//
//   byte 0: x    byte 1: y    byte 2, bit 7: p    the other 23 bits: time in us
//
// p is 1 for brighter. y = 240 is no event: it says that the times of all events after it are 2^13 us later than they
// say.
inline constexpr std::uint32_t address_bin_overflow_row = 240;
inline constexpr std::uint32_t address_bin_largest_width = 256;   // x is a byte
inline constexpr std::uint32_t address_bin_largest_height = 240;  // y is, too, and 240 is taken

// Throws Error(input), naming `where` and the event from 0, when the bytes are no whole number of events, an event is
// outside the sensor or times run backwards.
std::vector<Spike> parse_address_bin(std::span<const std::uint8_t> bytes, const EventGeometry& geometry,
                                     EventOrder order, const std::string& where);

// The bytes of events that parse_address_bin() reads back, with times cut down to whole microseconds. Throws
// Error(usage) on a sensor too large for the format, a channel outside it, one polarity, or a time of 2^23 us (8.4 s)
// or more.
std::vector<std::uint8_t> address_bin(std::span<const Spike> events, const EventGeometry& geometry);

}  // namespace synop
