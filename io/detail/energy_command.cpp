#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/deployment/deployable.hpp"
#include "synop/io/deployment/deployment_report.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/energy/account_file.hpp"
#include "synop/io/energy/account_json.hpp"
#include "synop/io/energy/account_plot.hpp"
#include "synop/io/energy/account_text.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/experiment/units.hpp"
#include "synop/io/output_folder.hpp"

namespace synop::detail {

namespace {

void list_price_tables(std::ostream& out) {
  for (const PriceTable& table : builtin_price_tables())
    fmt::print(out, "{:<25} {:>8}  {:<10} {}{}\n    {}\n", table.name, node_text(table.node_nm), name(table.evidence),
               table.title, table.clocked ? ", clocked" : "", table.source);
}

Delay step_of(const std::string& text) {
  Delay step;
  try {
    step = parse_delay(text);
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, fmt::format("--step: {}", error.what()));
  }
  if (step.ticks <= 0)
    throw Error(ErrorKind::usage, fmt::format("--step {} is outside the allowed range (0, inf) ms", text));
  return step;
}

void add_price_tables(const std::vector<std::string>& names, EnergyOptions& options) {
  for (const std::string& each : names) {
    PriceTable table = price_table(each);
    for (const PriceTable& other : options.tables)
      if (other.name == table.name)
        throw Error(ErrorKind::usage, fmt::format("--prices: the table '{}' is given twice", table.name));
    options.tables.push_back(std::move(table));
  }
}

void add_opponents(const std::vector<std::string>& paths, const EnergyResult& result, EnergyOptions& options) {
  for (const std::string& path : paths) {
    if (is_result(path)) {
      options.others.push_back(read_energy_result(path));
      continue;
    }
    const BaselineFile file = read_baseline_file(path);
    if (!result.is_task || file.job != result.job)
      throw Error(ErrorKind::input, fmt::format("'{}' and '{}' did not do the same job: {} against {}", result.path,
                                                path, result.is_task ? result.job : "no task", file.job));
    options.anns.insert(options.anns.end(), file.anns.begin(), file.anns.end());
  }
}

// Other files of the folder are none of our business: it may be that of the run.
void check_folder(const std::filesystem::path& folder, bool overwrite) {
  for (const char* const name : {"energy.h5", "energy.svg", "energy.json"})
    if (!overwrite && std::filesystem::exists(folder / name))
      throw Error(ErrorKind::file, fmt::format("'{}' exists; --overwrite replaces it", (folder / name).string()));
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem)
    throw Error(ErrorKind::file, fmt::format("the folder '{}' cannot be made: {}", folder.string(), problem.message()));
}

// Whether the network of the result fits a device, if one is given.
class DeviceFit {
 public:
  DeviceFit(const EnergyArguments& arguments, Delay step)
      : asked_(!arguments.sram.empty() || !arguments.flash.empty()),
        precision_(precision_of(arguments.weights, arguments.state)),
        step_(step) {
    if (!arguments.flash.empty()) budget_.flash = parse_bytes("--flash", arguments.flash);
    if (!arguments.sram.empty()) budget_.ram = parse_bytes("--sram", arguments.sram);
    if (asked_ && !std::filesystem::is_directory(arguments.result))
      throw Error(ErrorKind::usage,
                  fmt::format("--sram and --flash need the folder of the results, not '{}'", arguments.result));
  }

  void predict(const std::string& folder) {
    if (!asked_) return;
    const Experiment experiment = open_deployable(folder, {});
    const StepNetwork network = Deployable(experiment, 1).steps(step_);
    footprint_ = footprint(network, precision_);
    refusals_ = refusal(network, footprint_, budget_);
    name_ = experiment.name;
    json_ = footprint_json(name_, network, footprint_, budget_, refusals_);
  }
  // The account with what was found as `footprint`, null if nobody asked.
  std::string joined(const std::string& account) const {
    auto json = nlohmann::ordered_json::parse(account);
    json["footprint"] = asked_ ? nlohmann::ordered_json::parse(json_) : nlohmann::ordered_json();
    return json.dump(2) + "\n";
  }
  void print(std::ostream& out) const {
    if (!asked_) return;
    out << "\nfootprint on a small device (docs/deployment.md)\n";
    print_footprint(out, name_, footprint_, budget_, refusals_);
  }
  bool refused() const { return !refusals_.empty(); }

 private:
  bool asked_;
  Precision precision_;
  Delay step_;
  Budget budget_;
  Footprint footprint_{};
  std::vector<std::string> refusals_;
  std::string name_, json_;
};

void write_folder(const EnergyAccount& account, const DeviceFit& fit, const EnergyArguments& arguments,
                  const std::string& command_line) {
  const std::filesystem::path folder = arguments.folder;
  write_account_file(account, folder / "energy.h5", command_line);
  if (const std::string svg = account_svg(account); !svg.empty()) write_text_file(folder / "energy.svg", svg);
  write_text_file(folder / "energy.json", fit.joined(account_json(account)));
}

}  // namespace

int energy_command(const EnergyArguments& arguments, const std::string& command_line, std::ostream& out) {
  if (arguments.list_prices) {
    list_price_tables(out);
    return 0;
  }
  if (arguments.result.empty())
    throw Error(ErrorKind::usage, "synop energy needs a results folder of `synop run`, or --list-prices");
  EnergyOptions options;
  options.code = {.latency = arguments.code == "latency", .step = step_of(arguments.step)};
  if (!arguments.grid.empty()) options.grid = find_grid(arguments.grid);
  if (arguments.pue) options.pue = {*arguments.pue, "given by the user"};
  if (arguments.pue && arguments.grid.empty()) throw Error(ErrorKind::usage, "--pue is of use with --grid only");
  if (options.grid) (void)grams_co2e(0.0, *options.grid, options.pue);
  add_price_tables(arguments.prices, options);
  DeviceFit fit(arguments, options.code.step);
  EnergyResult result = read_energy_result(arguments.result);
  add_opponents(arguments.against, result, options);
  const EnergyAccount account = energy_account(std::move(result), std::move(options));
  fit.predict(arguments.result);
  if (!arguments.folder.empty()) {
    check_folder(arguments.folder, arguments.overwrite);
    write_folder(account, fit, arguments, command_line);
  }
  if (arguments.json) {
    out << fit.joined(account_json(account));
  } else {
    print_account(out, account);
    fit.print(out);
  }
  return fit.refused() ? 5 : 0;
}

}  // namespace synop::detail
