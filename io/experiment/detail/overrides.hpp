#pragma once

#include <span>
#include <string>

#include "synop/io/experiment/detail/diagnostics.hpp"
#include "synop/io/experiment/detail/document.hpp"

namespace synop::detail {

// Applies overrides "path=value" to a document, in order. A key that is not there is added, so that a wrong one is
// found, with the nearest right one, where the document is checked; a wrong index or element name is reported here.
void apply_overrides(Node& root, std::span<const std::string> overrides, Diagnostics& log);

}  // namespace synop::detail
