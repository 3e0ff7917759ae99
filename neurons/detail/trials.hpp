#pragma once

#include <cstdint>

namespace synop::detail {

// Where the random numbers of a trial of a stream begin. A group of neurons may use more words in a trial than a
// substream has, so trials lie far apart, as multiples of a number near the golden section of 2^36. By its continued
// fraction trials whose numbers differ by d are at least 2^33 / d substreams of 2 * 10^6 events apart.
inline std::uint64_t substream_of(std::uint64_t trial) {
  constexpr std::uint64_t multiplier = 0x9e374acc7;
  return (trial * multiplier) & ((std::uint64_t{1} << 36) - 1);
}

}  // namespace synop::detail
