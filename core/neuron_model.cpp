#include "synop/core/neuron_model.hpp"

#include <fmt/format.h>

namespace synop {

void throw_unknown_variable(std::string_view model, std::string_view variable,
                            std::initializer_list<std::string_view> known) {
  throw Error(ErrorKind::model, fmt::format("{} has no state variable '{}'{}", model, variable,
                                            did_you_mean(variable, {known.begin(), known.size()})));
}

}  // namespace synop
