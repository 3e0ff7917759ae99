#pragma once

#include <iosfwd>

#include "synop/io/run/run_result.hpp"

namespace synop {

// The result of a run as tables for people.
void print_result(std::ostream& out, const RunResult& result);

// "12,345,678".
std::string grouped(std::uint64_t number);

}  // namespace synop
