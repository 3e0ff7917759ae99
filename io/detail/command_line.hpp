#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace synop::detail {

// What a command writes to, and how it was called.
struct Call {
  std::ostream& out;
  std::ostream& err;
  std::string command_line;

  bool terminal() const;  // whether progress is drawn
};
using Action = std::function<int(const Call&)>;

// Each adds a command (or two) with its options to the program. When it is the one that is parsed, `chosen` becomes
// what it does.
void add_run_and_check(CLI::App& app, Action& chosen);
void add_info_and_recover(CLI::App& app, Action& chosen);
void add_models(CLI::App& app, Action& chosen);
void add_import(CLI::App& app, Action& chosen);
void add_export(CLI::App& app, Action& chosen);
void add_saccades(CLI::App& app, Action& chosen);
void add_energy(CLI::App& app, Action& chosen);
void add_deployment(CLI::App& app, Action& chosen);

// Options that several commands have.
struct ExperimentArguments;
void add_overrides(CLI::App& command, ExperimentArguments& arguments);
void add_threads(CLI::App& command, ExperimentArguments& arguments);
std::string not_empty(const std::string& path);  // an error, or ""
std::string some_bytes(const std::string& text);

}  // namespace synop::detail
