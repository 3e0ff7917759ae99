#pragma once

#include <string>

namespace synop::test {

// The folder of the sources and that of the built programs, without a slash at the end.
std::string source_dir();
std::string binary_dir();

}  // namespace synop::test
