#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "synop/io/hdf5/detail/handle.hpp"
#include "synop/io/hdf5/provenance.hpp"

namespace synop::hdf5 {

// A result file while it is written: <path>.part with its provenance and the attribute complete = 0. finish() sets
// complete = 1 and gives the file its name; if it is not reached, the .part file stays with what was flushed.
class ResultFile {
 public:
  ResultFile(std::filesystem::path path, const Provenance& provenance);

  const Object& root() const { return root_; }

  // True once every few seconds: the most a kill may lose of a slow recording.
  bool sync_is_due();
  void flush();

  // Closes the file: the caller must have closed the datasets and groups it opened. `stop` is where the run ended, if
  // not where the provenance says.
  void finish(std::span<const std::pair<std::string, std::uint64_t>> counts, std::optional<Time> stop);

 private:
  std::filesystem::path path_;
  Object root_;
  std::chrono::steady_clock::time_point last_sync_;
};

// Nothing for files of other programs.
std::optional<Provenance> read_provenance(const Object& root);

// False only where a file of ours says that its writer did not finish.
bool is_complete(const Object& root);

// Throws Error(model) unless a group may have this name: not empty, no '/', not '.' or '..'.
void check_group_name(const std::string& what, const std::string& name);

}  // namespace synop::hdf5
