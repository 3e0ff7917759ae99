#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synop/io/experiment/detail/document.hpp"

namespace synop::detail {

// The name of each element of the array of tables called `section`: its `name` or, without one, the default:
// <source>_<target> for a projection, the model for a stimulus or a recorder, the role for a phase; made unique by _2,
// _3, ... Populations have no default name (""). Makes no check, so that overrides can use it before there are any.
std::vector<std::string> element_names(std::string_view section, const Node& array);

}  // namespace synop::detail
