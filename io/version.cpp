#include "synop/io/version.hpp"

namespace synop {

std::string_view version() { return SYNOP_VERSION; }

}  // namespace synop
