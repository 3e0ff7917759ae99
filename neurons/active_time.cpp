#include "synop/neurons/active_time.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

void ActiveTime::validate(const char* model) const {
  if (start < Time{} || stop < start)
    throw Error(ErrorKind::model, fmt::format("{}: start = {} ms, stop = {} ms; allowed 0 <= start <= stop", model,
                                              start.ms(), stop.ms()));
}

}  // namespace synop
