#pragma once

#include "synop/core/time.hpp"

namespace synop {

// When a stimulus acts: in [start, stop).
struct ActiveTime {
  Time start{};
  Time stop = Time::never();

  void validate(const char* model) const;  // throws Error(model) unless 0 <= start <= stop
};

}  // namespace synop
