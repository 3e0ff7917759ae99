#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "synop/core/price_tables.hpp"

namespace synop {

// Price tables as TOML files; docs/energy.md says what one holds, io/energy/prices has all that come with Synop.

// Throws Error(model) "file:line:column: key '...': problem" for each of the first 20 errors: unknown operations with
// the nearest one, prices that are negative or not finite, a missing source, unit or width, an included price that is
// not there.
PriceTable parse_price_table(std::string_view text, const std::string& file_name);

// The same for a file; Error(file) when it cannot be read.
PriceTable read_price_table(const std::filesystem::path& path);

}  // namespace synop
