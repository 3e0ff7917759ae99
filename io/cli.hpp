#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace synop {

// The program `synop` as a function. `args` are the arguments after the program's name. Returns the exit code:
// 0 ok, 1 internal error, 2 usage, 3 invalid experiment or input, 4 I/O, 5 refused for lack of memory, 130 SIGINT,
// 143 SIGTERM. Errors are printed to `err`, nothing is thrown.
int run_cli(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace synop
