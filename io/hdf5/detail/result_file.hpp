#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "synop/io/hdf5/commit_policy.hpp"
#include "synop/io/hdf5/detail/handle.hpp"
#include "synop/io/hdf5/provenance.hpp"

namespace synop::hdf5 {

// A result file while it is written: <path>.part with its provenance, the attribute complete = 0 and committed_until,
// before which everything is in the committed part. finish() sets complete = 1 and gives the file its name; if it is
// not reached, the .part file and its journal stay with what was committed.
class ResultFile {
 public:
  ResultFile(std::filesystem::path path, const Provenance& provenance, CommitPolicy policy = {});

  const Object& root() const { return root_; }

  // Whether to commit now that `bytes` were recorded since the last commit.
  bool commit_is_due(std::uint64_t bytes) const;
  void flush();

  // Makes what was handed to HDF5 survive; update_counts() writes how much that is. Data first, then how much of it
  // counts, each all or nothing: a kill between the two loses the news, never invents any.
  template <class UpdateCounts>
  void commit(Time until, UpdateCounts update_counts) {
    flush();
    update_counts();
    set_committed_until(until);
    flush();
    last_commit_ = std::chrono::steady_clock::now();
  }

  // Closes the file: the caller must have closed the datasets and groups it opened. `stop` is where the run ended, if
  // not where the provenance says.
  void finish(std::span<const std::pair<std::string, std::uint64_t>> counts, std::optional<Time> stop);

 private:
  void set_committed_until(Time until);

  std::filesystem::path path_;
  Object root_;
  Time start_;
  CommitPolicy policy_;
  std::chrono::steady_clock::time_point last_commit_;
};

// Before it everything is in the committed part; nothing for files of other programs.
std::optional<Time> committed_until(const Object& root);

// Nothing for files of other programs.
std::optional<Provenance> read_provenance(const Object& root);

// False only where a file of ours says that its writer did not finish.
bool is_complete(const Object& root);

// Throws Error(model) unless a group may have this name: not empty, no '/', not '.' or '..'.
void check_group_name(const std::string& what, const std::string& name);

}  // namespace synop::hdf5
