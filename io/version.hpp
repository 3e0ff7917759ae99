#pragma once

#include <string_view>

namespace synop {

// "0.1.0", or "0.1.0+1a2b3c4" when built from a git checkout.
std::string_view version();

}  // namespace synop
