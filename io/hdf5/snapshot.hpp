#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synop {

// The values of a dataset or an attribute. Numbers are widened: integers to int64 or uint64, as their type has a sign
// or not (enumerations are integers), reals to double.
struct SnapshotArray {
  enum class Kind : std::uint8_t { signed_integer, unsigned_integer, real, text, other };

  Kind kind = Kind::other;                // other: a type that is not read (compound, references, ...)
  std::vector<std::uint64_t> shape = {};  // empty: a scalar
  std::span<const std::int64_t> signed_integers = {};
  std::span<const std::uint64_t> unsigned_integers = {};
  std::span<const double> reals = {};
  std::vector<std::string> texts = {};
  // Where each value of a dataset is a list of numbers, of its own length: the lists, as words of 8 bytes, and of which
  // kind these are. `kind` is then other.
  std::vector<std::span<const std::uint64_t>> lists = {};
  Kind kind_of_lists = Kind::other;

  bool is_integer() const { return kind == Kind::signed_integer || kind == Kind::unsigned_integer; }
  std::uint64_t size() const;  // number of values
};

struct SnapshotLimits {
  std::uint64_t memory_bytes = 0;  // that the content may take; 0: half of what is available
  double seconds = 0.0;            // of processor time; 0: 10 s and 1 s for each 10 MB of the file
};

// The whole content of an HDF5 file that some other program wrote. HDF5 itself can crash or hang on a damaged file, so
// a child process with limits of time and memory reads it and hands over the values; this process never opens it.
// Paths are absolute inside the file: "/nodes/v1/node_type_id". Links into other files are left out.
class Hdf5Snapshot {
 public:
  // Throws Error(file) if the file cannot be read and Error(input), with the path, if it is not an HDF5 file, is damaged
  // or holds more than the limits allow.
  static Hdf5Snapshot read(const std::filesystem::path& path, const SnapshotLimits& limits = {});

  const std::string& file() const { return file_; }
  std::string name_of(std::string_view path) const;  // "'/nodes/v1' of 'nodes.h5'", for messages
  bool has_group(std::string_view path) const;
  bool has_dataset(std::string_view path) const { return find_dataset(path) != nullptr; }
  std::vector<std::string> children(std::string_view group) const;  // names, in alphabetical order

  const SnapshotArray* find_dataset(std::string_view path) const;                              // nullptr: there is none
  const SnapshotArray* find_attribute(std::string_view path, std::string_view name) const;  // nullptr: there is none

  // All throw Error(input), naming dataset and file, when there is no such dataset or it holds something else.
  const SnapshotArray& dataset(std::string_view path) const;
  std::vector<std::int64_t> integers(std::string_view path) const;  // a vector of integers of any type
  std::vector<std::uint64_t> ids(std::string_view path) const;      // the same, none negative
  std::vector<double> numbers(std::string_view path) const;         // a vector of integers or reals, as doubles
  // Of a vector of lists of numbers of any type: how many lists it holds, and one of them as doubles.
  std::uint64_t list_count(std::string_view path) const;
  std::vector<double> number_list(std::string_view path, std::uint64_t i) const;
  std::optional<std::string> text_attribute(std::string_view path, std::string_view name) const;

 private:
  struct Object {
    bool is_group = false;
    SnapshotArray values;  // of a dataset
    std::map<std::string, SnapshotArray, std::less<>> attributes;
  };
  class Memory;

  void parse();
  void check_vector(std::string_view path, const SnapshotArray& values) const;

  std::string file_;
  std::shared_ptr<const Memory> memory_;  // the values the spans point into
  std::map<std::string, Object, std::less<>> objects_;
};

}  // namespace synop
