#include "synop/io/hdf5/recover.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"
#include "synop/io/hdf5/detail/journal.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/spike_layout.hpp"

namespace synop {

namespace {

using std::filesystem::path;

// Not a file that was only about to become one.
bool is_ours(const path& source) {
  try {
    return hdf5::read_provenance(hdf5::open_file(source)).has_value();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::input) return false;
    throw;
  }
}

void check_arguments(const path& source, const path& target) {
  std::error_code ignored;
  if (!std::filesystem::exists(source, ignored)) throw_file_error("read", source, ENOENT);
  if (std::filesystem::exists(target, ignored)) throw_file_error("write", target, EEXIST);
  if (!is_ours(source))
    throw Error(ErrorKind::input, fmt::format("'{}' holds nothing: the run ended before its first commit, or another "
                                              "program wrote the file",
                                              source.string()));
}

// A copy with everything in its place. While the run still goes on, the file may change below the copying hand: then
// the journal differs, and it is done again.
void copy_with_journal(const path& source, const path& copy) {
  constexpr int attempts = 10;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const std::string before = hdf5::journal_bytes(source);
    std::error_code failure;
    std::filesystem::copy_file(source, copy, std::filesystem::copy_options::overwrite_existing, failure);
    if (failure) throw_file_error(fmt::format("copy '{}' to", source.string()), copy, failure.value());
    if (const auto journal = hdf5::parse_journal(before)) hdf5::put_in_place(*journal, copy);
    if (hdf5::journal_bytes(source) == before) return;
  }
  throw Error(ErrorKind::file, fmt::format("cannot copy '{}': it changed {} times meanwhile; read it in place, see "
                                           "docs/file_formats.md",
                                           source.string(), attempts));
}

// A population without a spike has no datasets yet.
void complete_spike_group(const hdf5::Object& group, Time until) {
  hdf5::end_spikes_at(group, until);
  if (hdf5::is_dataset(group, "timestamps")) return;
  hdf5::write_attribute(hdf5::create_array(group, "timestamps", std::span<const double>()), "units", "ms");
  hdf5::create_array(group, "node_ids", std::span<const std::uint64_t>());
}

void complete_report_group(const hdf5::Object& group, std::uint64_t rows) {
  const hdf5::Object time = hdf5::open_dataset(hdf5::open_group(group, "mapping"), "time");
  auto axis = hdf5::read_vector<double>(time, 0, 3);
  axis[1] = axis[0] + static_cast<double>(rows) * axis[2];
  hdf5::overwrite_array(time, hdf5::Scalar::f64, axis.data());
}

// Cuts everything down to what was committed.
void trim(const hdf5::Object& root, Recovered& result) {
  for (const std::string& kind : hdf5::child_names(root)) {
    const hdf5::Object groups = hdf5::open_group(root, kind);
    for (const std::string& name : hdf5::child_names(groups)) {
      const hdf5::Object group = hdf5::open_group(groups, name);
      const auto committed = hdf5::read_count_attribute(group, "committed");
      if (!committed) continue;
      result.rows.emplace_back(group.path, *committed);
      if (result.complete) continue;
      for (const std::string& child : hdf5::child_names(group))
        if (hdf5::is_dataset(group, child)) hdf5::shorten(hdf5::open_dataset(group, child), *committed);
      if (kind == "spikes") complete_spike_group(group, result.until);
      if (kind == "report") complete_report_group(group, *committed);
    }
  }
}

Recovered describe(const hdf5::Object& root) {
  const Provenance provenance = *hdf5::read_provenance(root);
  Recovered result{.complete = hdf5::is_complete(root),
                   .start = provenance.start,
                   .until = provenance.stop,
                   .planned_stop = provenance.stop,
                   .rows = {}};
  if (!result.complete) result.until = hdf5::committed_until(root).value_or(provenance.start);
  return result;
}

Recovered make_normal(const path& copy) {
  hdf5::Object root = hdf5::open_file_to_change(copy);
  Recovered result = describe(root);
  trim(root, result);
  if (!result.complete) {
    hdf5::update_attribute(root, "t_stop", result.until.ms());
    if (!hdf5::read_count_attribute(root, "recovered")) hdf5::write_attribute(root, "recovered", std::uint64_t{1});
  }
  hdf5::flush(root);
  root.handle.close();
  return result;
}

}  // namespace

Recovered recover_file(const path& source, const path& target) {
  check_arguments(source, target);
  const path copy = part_path(target);
  copy_with_journal(source, copy);
  const Recovered result = make_normal(copy);
  hdf5::remove_journal(copy);
  publish(copy, target);
  return result;
}

path recovered_path(const path& source) {
  path name = source;
  if (name.extension() == ".part") name.replace_extension();
  if (name.extension() == ".h5") name.replace_extension();
  return name.string() + ".recovered.h5";
}

}  // namespace synop
