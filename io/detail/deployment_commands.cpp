#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/deployment/deployment_report.hpp"
#include "synop/io/deployment/image.hpp"
#include "synop/io/deployment/run_deployed.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/units.hpp"
#include "synop/io/output_folder.hpp"

namespace synop::detail {

namespace {

constexpr int refused = 5;

Delay span_of(const char* option, const std::string& text, bool zero_allowed) {
  Delay span;
  try {
    span = parse_delay(text);
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, fmt::format("{}: {}", option, error.what()));
  }
  if (span.ticks < 0 || (span.ticks == 0 && !zero_allowed))
    throw Error(ErrorKind::usage,
                fmt::format("{} {} is outside the allowed range {}0, inf) ms", option, text, zero_allowed ? '[' : '('));
  return span;
}

Budget budget_of(const DeploymentArguments& arguments) {
  Budget budget;
  if (!arguments.flash.empty()) budget.flash = parse_bytes("--flash", arguments.flash);
  if (!arguments.sram.empty()) budget.ram = parse_bytes("--sram", arguments.sram);
  return budget;
}

int threads_of(const DeploymentArguments& arguments, const Experiment& experiment) {
  return resolved_threads(arguments.experiment.threads.value_or(static_cast<int>(experiment.simulation.threads)));
}

// A step that is longer than what is run would be the only one.
void check_step(Delay step, const Experiment& experiment) {
  const bool task = experiment.task.has_value();
  const Delay longest = task ? experiment.task->presentation : experiment.simulation.duration;
  if (step > longest)
    throw Error(ErrorKind::usage, fmt::format("--step {} ms is outside the allowed range (0, {}] ms: it is longer than {}",
                                              step.ms(), longest.ms(), task ? "task.presentation" : "simulation.duration"));
}

void write_image(const Deployable& deployable, const DeploymentOptions& options, const DeploymentArguments& arguments) {
  const StepNetwork steps = deployable.steps(options.step);
  const Buffer image = make_image(steps, quantise(steps, options.precision));
  write_text_file(arguments.image, {reinterpret_cast<const char*>(image.bytes().data()), image.size()});
}

}  // namespace

int footprint_command(const DeploymentArguments& arguments, std::ostream& out, std::ostream& err) {
  const Precision precision = precision_of(arguments.weights, arguments.state);
  const Delay step = span_of("--step", arguments.step, false);
  const Budget budget = budget_of(arguments);
  const Experiment experiment = open_deployable(arguments.experiment.file, arguments.experiment.overrides);
  const StepNetwork network = Deployable(experiment, threads_of(arguments, experiment)).steps(step);
  const Footprint predicted = footprint(network, precision);
  const std::vector<std::string> refusals = refusal(network, predicted, budget);
  if (arguments.experiment.json)
    out << footprint_json(experiment.name, network, predicted, budget, refusals);
  else
    print_footprint(out, experiment.name, predicted, budget, refusals);
  if (refusals.empty()) return 0;
  err << "synop: refused: " << refusals.front() << '\n';
  return refused;
}

int deploy_command(const DeploymentArguments& arguments, std::ostream& out, std::ostream& err) {
  DeploymentOptions options{.precision = precision_of(arguments.weights, arguments.state),
                            .step = span_of("--step", arguments.step, false),
                            .window = span_of("--window", arguments.window, true),
                            .samples = arguments.samples};
  const Budget budget = budget_of(arguments);
  if (!arguments.image.empty() && !arguments.overwrite && std::filesystem::exists(arguments.image))
    throw Error(ErrorKind::file, fmt::format("'{}' exists; --overwrite replaces it", arguments.image));
  const Experiment experiment = open_deployable(arguments.experiment.file, arguments.experiment.overrides);
  if (options.samples && !experiment.task) throw Error(ErrorKind::usage, "--samples is for experiments with a task");
  check_step(options.step, experiment);
  options.threads = threads_of(arguments, experiment);
  const Deployable deployable(experiment, options.threads);
  const StepNetwork network = deployable.steps(options.step);
  const std::vector<std::string> refusals = refusal(network, footprint(network, options.precision), budget);
  if (!refusals.empty()) {
    for (const std::string& sentence : refusals) err << "synop: " << sentence << '\n';
    return refused;
  }
  const DeploymentResult result = run_deployed(deployable, options);
  if (!arguments.image.empty()) write_image(deployable, options, arguments);
  if (arguments.experiment.json)
    out << deployment_json(result);
  else
    print_deployment(out, result);
  return result.interrupted_by == 0 ? 0 : 128 + result.interrupted_by;
}

}  // namespace synop::detail
