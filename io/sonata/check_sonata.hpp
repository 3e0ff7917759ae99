#pragma once

#include <filesystem>
#include <iosfwd>

namespace synop {

// Reads a SONATA simulation with all its files and prints its populations and edges, the memory they need and what is
// assumed, as text or as JSON (docs/file_formats.md, schema synop.check). Throws Error.
void check_sonata(const std::filesystem::path& config, bool json, std::ostream& out);

}  // namespace synop
