#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/io/detail/commands.hpp"
#include "synop/io/hdf5/recover.hpp"
#include "synop/io/run/print_result.hpp"

namespace synop::detail {

namespace {

std::string recovered_json(const Recovered& recovered, const std::string& file) {
  nlohmann::ordered_json json{{"schema", "synop.recovered"},
                              {"schema_version", 1},
                              {"file", file},
                              {"complete", recovered.complete},
                              {"start_ms", recovered.start.ms()},
                              {"complete_until_ms", recovered.until.ms()},
                              {"planned_stop_ms", recovered.planned_stop.ms()},
                              {"rows", nlohmann::ordered_json::object()}};
  for (const auto& [group, count] : recovered.rows) json["rows"][group] = count;
  return json.dump(2);
}

void print_recovered(const Recovered& recovered, std::ostream& out) {
  for (const auto& [group, count] : recovered.rows)
    fmt::print(out, "{}: {} {}\n", group, grouped(count), group.starts_with("/spikes/") ? "spikes" : "rows");
  if (recovered.complete)
    fmt::print(out, "complete from {} ms to {} ms: the run had finished this file\n", recovered.start.ms(),
               recovered.until.ms());
  else
    fmt::print(out, "complete from {} ms to {} ms, of a run that was to end at {} ms\n", recovered.start.ms(),
               recovered.until.ms(), recovered.planned_stop.ms());
}

}  // namespace

int recover_command(const std::string& source, const std::string& target, bool json, std::ostream& out) {
  const std::string file = target.empty() ? recovered_path(source).string() : target;
  const Recovered recovered = recover_file(source, file);
  if (json) {
    out << recovered_json(recovered, file) << '\n';
    return 0;
  }
  print_recovered(recovered, out);
  fmt::print(out, "written to {}\n", file);
  return 0;
}

}  // namespace synop::detail
