#include "synop/io/cli.hpp"

#include <algorithm>
#include <new>
#include <ostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "synop/core/error.hpp"
#include "synop/io/detail/command_line.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::model:
    case ErrorKind::input:
      return 3;
    case ErrorKind::file:
      return 4;
    case ErrorKind::memory:
      return 5;
    case ErrorKind::interrupted:
      return 128 + interrupted_by();
    case ErrorKind::internal:
      break;
  }
  return 1;
}

constexpr const char* description =
    "Event-driven simulator for spiking neural networks that counts every operation.\n"
    "An experiment is a TOML file; see docs/experiment_files.md. SONATA simulations run as they are; see "
    "docs/sonata.md.\n"
    "Networks trained elsewhere come in as NIR files; see docs/nir.md.";

// CLI11 would only say that a command is missing.
void refuse_unknown_command(const CLI::App& app, std::span<const std::string> args) {
  if (args.empty() || args[0].starts_with('-')) return;
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), args[0]) != names.end()) return;
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw Error(ErrorKind::usage, fmt::format("there is no command '{}'{}", args[0], did_you_mean(args[0], known)));
}

std::string command_line_of(std::span<const std::string> args) {
  std::string command_line = "synop";
  for (const std::string& arg : args) command_line += " " + arg;
  return command_line;
}

}  // namespace

int run_cli(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  CLI::App app(description, "synop");
  app.set_version_flag("--version", std::string(version()));
  detail::Action chosen;
  detail::add_run_and_check(app, chosen);
  detail::add_info_and_recover(app, chosen);
  detail::add_energy(app, chosen);
  detail::add_deployment(app, chosen);
  detail::add_import(app, chosen);
  detail::add_export(app, chosen);
  detail::add_saccades(app, chosen);
  detail::add_models(app, chosen);
  app.require_subcommand(1);
  try {
    refuse_unknown_command(app, args);
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
    return chosen({out, err, command_line_of(args)});
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? 0 : 2;
  } catch (const Error& error) {
    err << "synop: " << error.what() << '\n';
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    err << "synop: memory ran out; see the estimate of `synop check`\n";
    return 5;
  } catch (const std::exception& error) {
    err << "synop: internal error: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace synop
