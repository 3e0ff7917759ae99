#pragma once

#include <string>
#include <string_view>

namespace synop::nir::detail {

// Whether a text is UTF-8 without control characters, as names must be.
bool is_plain_utf8(std::string_view text);

// The text for a message: itself, or with every byte beyond printable ASCII as \xNN.
std::string shown(std::string_view text);

}  // namespace synop::nir::detail
