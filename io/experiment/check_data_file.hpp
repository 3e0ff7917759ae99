#pragma once

#include <filesystem>

#include "synop/io/experiment/source_position.hpp"

namespace synop {

// Throws Error(file) "<position>: cannot open '<path>': <reason>" unless the file that a key names is there.
void check_data_file(const SourcePosition& position, const std::filesystem::path& path);

}  // namespace synop
