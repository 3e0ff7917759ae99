#pragma once

#include <span>
#include <string>
#include <string_view>

#include "synop/core/price_tables.hpp"

namespace synop {

// The tables that come with Synop, in alphabetical order: the files of io/energy/prices, which the build compiles in.
std::span<const PriceTable> builtin_price_tables();

// The built-in table of that name; Error(model) names the nearest one otherwise.
const PriceTable& find_price_table(std::string_view name);

// A built-in table, or the file when the text has a '/' or ends in ".toml".
PriceTable price_table(const std::string& name_or_file);

}  // namespace synop
