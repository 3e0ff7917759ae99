#pragma once

#include <chrono>
#include <cstdint>

namespace synop {

// When what was recorded is committed: after so long by the clock on the wall, or so much, whichever comes first. It is
// the most that a kill of the process costs. A commit takes about 0.1 ms (docs/decisions/0006-recordings-survive.md).
struct CommitPolicy {
  std::chrono::milliseconds interval{1000};
  std::uint64_t bytes = std::uint64_t{4} << 20;
};

}  // namespace synop
