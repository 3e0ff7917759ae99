#include "synop/io/hdf5/detail/result_file.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/journal.hpp"

namespace synop::hdf5 {

namespace {

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
  write_attribute(root, "committed_until", provenance.start.ms());
}

// HDF5 1.10 calls it a success to close a file that it could not write, so this looks whether a reader finds it whole.
void check_is_complete(const std::filesystem::path& path) {
  const Object root = open_file(path);
  if (!is_complete(root))
    throw Error(ErrorKind::file, fmt::format("cannot write {}: it was not complete after it was closed", root.name()));
}

}  // namespace

ResultFile::ResultFile(std::filesystem::path path, const Provenance& provenance, CommitPolicy policy)
    : path_(std::move(path)),
      root_(create_file(part_path(path_))),
      start_(provenance.start),
      policy_(policy),
      last_commit_(std::chrono::steady_clock::now()) {
  write_sonata_version(root_);
  write_provenance(root_, provenance);
}

bool ResultFile::commit_is_due(std::uint64_t bytes) const {
  return bytes >= policy_.bytes || std::chrono::steady_clock::now() - last_commit_ >= policy_.interval;
}

void ResultFile::set_committed_until(Time until) {
  update_attribute(root_, "committed_until", std::max(until, start_).ms());
}

void ResultFile::flush() {
  hdf5::flush(root_);
}

// Two flushes, so that complete = 1 reaches the file only after everything it vouches for.
void ResultFile::finish(std::span<const std::pair<std::string, std::uint64_t>> counts, std::optional<Time> stop) {
  if (stop) update_attribute(root_, "t_stop", stop->ms());
  update_attribute(root_, "committed_until", read_number_attribute(root_, "t_stop").value_or(0.0));
  if (!counts.empty()) {
    const Object group = create_group(root_, "counts");
    for (const auto& [name, count] : counts) write_attribute(group, name, count);
  }
  flush();
  update_attribute(root_, "complete", std::uint64_t{1});
  flush();
  root_.handle.close();
  remove_journal(part_path(path_));
  check_is_complete(part_path(path_));
  publish(part_path(path_), path_);
}

std::optional<Time> committed_until(const Object& root) {
  const auto ms = read_number_attribute(root, "committed_until");
  if (!ms || read_text_attribute(root, "program") != "synop") return {};
  return Time::from_ms(*ms);
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
