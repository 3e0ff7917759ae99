#include <fstream>
#include <ostream>
#include <sstream>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/file_info.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/nir/run_clocked_experiment.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/run/run_experiment.hpp"
#include "synop/io/sonata/run_sonata.hpp"
#include "synop/io/tasks/run_task.hpp"

namespace synop::detail {

namespace {

// --data DIR is short for an IDX data set in that folder.
std::vector<std::string> overrides_of(const ExperimentArguments& arguments, const RunArguments& more) {
  std::vector<std::string> overrides = arguments.overrides;
  if (more.statistics) overrides.emplace_back("output.statistics=true");
  if (more.data.empty()) return overrides;
  overrides.emplace_back("task.dataset.source=\"idx\"");
  overrides.push_back("task.dataset.path=" + std::filesystem::absolute(more.data).string());
  return overrides;
}

// More threads than processors only wait for each other.
void note_threads(int threads, std::ostream& err) {
  if (threads > processors())
    err << "synop: note: " << threads << " threads on " << processors() << " processors; more are not faster\n";
}

int signal_exit_code(int signal) { return signal == 0 ? 0 : 128 + signal; }

void print(const RunResult& result, const std::filesystem::path& folder, bool json, std::ostream& out) {
  if (json) {
    out << result_json(result);
    return;
  }
  print_result(out, result);
  out << "results in " << folder.string() << '\n';
}

[[noreturn]] void refuse_resume() {
  throw Error(ErrorKind::usage, "--resume goes on with experiments that have a [task]; other runs leave no checkpoint");
}

int run_sonata_command(const ExperimentArguments& arguments, RunOptions options, std::ostream& out, std::ostream& err) {
  refuse_overrides_of_sonata(arguments);
  std::filesystem::path folder;
  const RunResult result = run_sonata(read_sonata_config(arguments.file), options, err, folder);
  print(result, folder, options.json, out);
  return signal_exit_code(result.interrupted_by);
}

}  // namespace

void refuse_overrides_of_sonata(const ExperimentArguments& arguments) {
  if (!arguments.overrides.empty())
    throw Error(ErrorKind::usage, "--set changes keys of a TOML experiment; a SONATA configuration has to be edited");
}

int run_command(const ExperimentArguments& arguments, const RunArguments& more, const std::string& command_line,
                bool terminal, std::ostream& out, std::ostream& err) {
  RunOptions options{.folder = more.folder,
                     .overwrite = more.overwrite,
                     .resume = more.resume,
                     .threads = arguments.threads,
                     .json = arguments.json,
                     .quiet = more.quiet,
                     .terminal = terminal,
                     .command_line = command_line};
  if (!more.powercap.empty()) options.powercap = more.powercap;
  if (is_sonata_config(arguments.file)) {
    if (more.resume) refuse_resume();
    if (!more.data.empty())
      throw Error(ErrorKind::usage, "--data is for experiments with a task, which SONATA configurations do not have");
    options.statistics = more.statistics;
    note_threads(arguments.threads.value_or(1), err);
    return run_sonata_command(arguments, options, out, err);
  }
  const Experiment experiment = read_experiment(arguments.file, overrides_of(arguments, more), model_catalogue());
  if (options.folder.empty()) options.folder = std::filesystem::path("results") / experiment.name;
  note_threads(arguments.threads.value_or(static_cast<int>(experiment.simulation.threads)), err);
  if (experiment.task) return signal_exit_code(run_task(experiment, options, out, err));
  if (more.resume) refuse_resume();
  const RunResult result = is_clocked(experiment) ? run_clocked_experiment(experiment, options, err)
                                                  : run_experiment(experiment, options, err);
  print(result, options.folder, options.json, out);
  return signal_exit_code(result.interrupted_by);
}

int info_command(const std::string& file, bool json, std::ostream& out) {
  if (json)
    out << describe_file_as_json(file) << '\n';
  else
    describe_file(file, out);
  return 0;
}

}  // namespace synop::detail
