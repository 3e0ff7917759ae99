#include <iostream>
#include <string>
#include <vector>

#include "synop/io/cli.hpp"
#include "synop/io/interrupt.hpp"

int main(int argc, char** argv) {
  synop::install_signal_handlers();
  return synop::run_cli(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
}
