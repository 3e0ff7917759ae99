#include "synop/synapses/connect/one_to_one.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

void OneToOne::check(const ConnectionContext& context) const {
  if (context.sources == context.targets) return;
  throw Error(ErrorKind::model, fmt::format("one_to_one: {} sources and {} targets; allowed: equal numbers",
                                            context.sources, context.targets));
}

}  // namespace synop
