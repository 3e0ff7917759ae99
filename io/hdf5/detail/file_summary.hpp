#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

namespace synop::hdf5 {

using Json = nlohmann::ordered_json;

// What a file holds, in the order it is to be told: plain values, then arrays of rows that all have the same keys.
Json summarise(const std::filesystem::path& path);

}  // namespace synop::hdf5
