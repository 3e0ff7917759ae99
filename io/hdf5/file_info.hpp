#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace synop {

// What a spike, weight or report file holds: populations with counts, rates and ranges, where it comes from and whether
// its writer finished. Reads a bounded amount at a time, however large the file. Throws Error(file) if the file cannot
// be read and Error(input) if it is of another kind or its content makes no sense.
void describe_file(const std::filesystem::path& path, std::ostream& out);
std::string describe_file_as_json(const std::filesystem::path& path);

}  // namespace synop
