#pragma once

#include <span>
#include <string_view>

namespace synop::detail {

struct PriceFile {
  std::string_view name;  // "loihi_2018.toml"
  std::string_view text;
};

// Written by CMake from io/energy/prices, in alphabetical order.
std::span<const PriceFile> builtin_price_files();

}  // namespace synop::detail
