#include "synop/io/hdf5/detail/result_file.hpp"

#include <ctime>

#include <fmt/chrono.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"

namespace synop::hdf5 {

namespace {

constexpr std::chrono::seconds sync_interval{3};

void write_provenance(const Object& root, const Provenance& provenance) {
  write_attribute(root, "program", "synop");
  write_attribute(root, "program_version", provenance.version);
  write_attribute(root, "command_line", provenance.command_line);
  write_attribute(root, "experiment", provenance.experiment_text);
  write_attribute(root, "seed", provenance.seed);
  write_attribute(root, "t_start", provenance.start.ms());
  write_attribute(root, "t_stop", provenance.stop.ms());
  write_attribute(root, "created", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))));
  write_attribute(root, "complete", std::uint64_t{0});
}

}  // namespace

ResultFile::ResultFile(std::filesystem::path path, const Provenance& provenance)
    : path_(std::move(path)), root_(create_file(part_path(path_))), last_sync_(std::chrono::steady_clock::now()) {
  write_sonata_version(root_);
  write_provenance(root_, provenance);
}

bool ResultFile::sync_is_due() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_sync_ < sync_interval) return false;
  last_sync_ = now;
  return true;
}

void ResultFile::flush() {
  hdf5::flush(root_);
}

// Two flushes, so that complete = 1 reaches the file only after everything it vouches for.
void ResultFile::finish(std::span<const std::pair<std::string, std::uint64_t>> counts, std::optional<Time> stop) {
  if (stop) update_attribute(root_, "t_stop", stop->ms());
  if (!counts.empty()) {
    const Object group = create_group(root_, "counts");
    for (const auto& [name, count] : counts) write_attribute(group, name, count);
  }
  flush();
  update_attribute(root_, "complete", std::uint64_t{1});
  flush();
  root_.handle.close();
  publish(part_path(path_), path_);
}

std::optional<Provenance> read_provenance(const Object& root) {
  const auto start = read_number_attribute(root, "t_start");
  const auto stop = read_number_attribute(root, "t_stop");
  if (read_text_attribute(root, "program") != "synop" || !start || !stop) return {};
  return Provenance{.experiment_text = read_text_attribute(root, "experiment").value_or(""),
                    .command_line = read_text_attribute(root, "command_line").value_or(""),
                    .version = read_text_attribute(root, "program_version").value_or(""),
                    .seed = read_count_attribute(root, "seed").value_or(0),
                    .start = Time::from_ms(*start),
                    .stop = Time::from_ms(*stop)};
}

bool is_complete(const Object& root) {
  return read_count_attribute(root, "complete").value_or(1) != 0;
}

void check_group_name(const std::string& what, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
    throw Error(
        ErrorKind::model,
        fmt::format("a {} cannot be recorded under the name '{}': a name in a file must not be empty, '.', '..' or "
                    "contain '/'",
                    what, name));
}

}  // namespace synop::hdf5
