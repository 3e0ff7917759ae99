#include "support/places.hpp"

namespace synop::test {

std::string source_dir() {
  return SYNOP_SOURCE_DIR;
}

std::string binary_dir() {
  return SYNOP_BINARY_DIR;
}

}  // namespace synop::test
