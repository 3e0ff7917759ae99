#include "synop/io/hdf5/snapshot.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/detail/child_process.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/snapshot_writer.hpp"

namespace synop {

// What the child wrote: anonymous memory that both processes see.
class Hdf5Snapshot::Memory {
 public:
  explicit Memory(const std::string& file) : descriptor_(::memfd_create("synop_snapshot", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw_file_error("make memory for", file, errno);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (!words_.empty()) ::munmap(const_cast<std::uint64_t*>(words_.data()), words_.size() * 8);
    ::close(descriptor_);
  }

  int descriptor() const { return descriptor_; }
  std::span<const std::uint64_t> words() const { return words_; }
  void map(const std::string& file) {
    struct stat about {};
    if (::fstat(descriptor_, &about) != 0) throw_file_error("read", file, errno);
    const std::size_t count = static_cast<std::size_t>(about.st_size) / 8;
    if (count == 0) return;
    void* const at = ::mmap(nullptr, count * 8, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (at == MAP_FAILED) throw_file_error("read", file, errno);
    words_ = {static_cast<const std::uint64_t*>(at), count};
  }

 private:
  int descriptor_;
  std::span<const std::uint64_t> words_;
};

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

// Reads words with every bound checked: a child that met a damaged file may have written anything.
class WordReader {
 public:
  WordReader(std::span<const std::uint64_t> words, const std::string& file) : words_(words), file_(file) {}

  std::uint64_t word() { return take(1)[0]; }
  std::span<const std::uint64_t> take(std::uint64_t count) {
    if (count > words_.size() - next_)
      refuse(fmt::format("'{}' is damaged: the process that read it lost its way", file_));
    next_ += count;
    return words_.subspan(next_ - count, count);
  }
  std::string text() {
    const std::uint64_t length = word();
    const std::uint64_t whole = length / 8 + (length % 8 != 0 ? 1 : 0);
    const auto words = take(whole);
    return {reinterpret_cast<const char*>(words.data()), length};
  }

 private:
  std::span<const std::uint64_t> words_;
  std::size_t next_ = 0;
  const std::string& file_;
};

SnapshotArray read_array(WordReader& in) {
  SnapshotArray array;
  const std::uint64_t kind = in.word();
  const bool ragged = kind >= hdf5::ragged_flag;
  (ragged ? array.kind_of_lists : array.kind) = static_cast<SnapshotArray::Kind>(kind % hdf5::ragged_flag);
  const auto shape = in.take(in.word());
  array.shape.assign(shape.begin(), shape.end());
  if (array.kind == SnapshotArray::Kind::text) {
    const std::uint64_t count = array.size();
    for (std::uint64_t i = 0; i < count; ++i) array.texts.push_back(in.text());
    return array;
  }
  if (ragged) {
    const std::uint64_t count = array.size();
    for (std::uint64_t i = 0; i < count; ++i) array.lists.push_back(in.take(in.word()));
    return array;
  }
  if (array.kind > SnapshotArray::Kind::text) return array;
  const auto words = in.take(array.size());
  switch (array.kind) {
    case SnapshotArray::Kind::signed_integer:
      array.signed_integers = {reinterpret_cast<const std::int64_t*>(words.data()), words.size()};
      break;
    case SnapshotArray::Kind::unsigned_integer: array.unsigned_integers = words; break;
    default: array.reals = {reinterpret_cast<const double*>(words.data()), words.size()};
  }
  return array;
}

SnapshotLimits resolved(SnapshotLimits limits, const std::string& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) throw_file_error("open", file, errno);
  if (limits.memory_bytes == 0) limits.memory_bytes = available_memory() / 2;
  if (limits.seconds == 0.0) limits.seconds = 10.0 + static_cast<double>(about.st_size) * 1e-7;
  return limits;
}

}  // namespace

std::uint64_t SnapshotArray::size() const {
  std::uint64_t count = 1;
  for (const std::uint64_t n : shape) count *= n;
  return count;
}

Hdf5Snapshot Hdf5Snapshot::read(const std::filesystem::path& path, const SnapshotLimits& wanted) {
  Hdf5Snapshot snapshot;
  snapshot.file_ = path.string();
  if (std::filesystem::is_directory(path)) throw_file_error("open", path, EISDIR);
  const SnapshotLimits limits = resolved(wanted, snapshot.file_);
  auto memory = std::make_shared<Memory>(snapshot.file_);
  const int descriptor = memory->descriptor();
  const ChildEnd end = run_in_child([&] { return hdf5::write_snapshot(path, descriptor, limits.memory_bytes); },
                                    {limits.seconds, 10.0 + 4.0 * limits.seconds, 2 * limits.memory_bytes + (std::uint64_t{1} << 28)});
  if (end.way != ChildEnd::Way::exited || end.code > 1)
    refuse(fmt::format("'{}' is damaged: the HDF5 library {} when it read the file", snapshot.file_, end.text()));
  memory->map(snapshot.file_);
  snapshot.memory_ = std::move(memory);
  snapshot.parse();
  return snapshot;
}

void Hdf5Snapshot::parse() {
  WordReader in(memory_->words(), file_);
  while (true) {
    const auto record = static_cast<hdf5::SnapshotRecord>(in.word());
    if (record == hdf5::SnapshotRecord::end) return;
    if (record == hdf5::SnapshotRecord::failure) {
      const auto kind = static_cast<ErrorKind>(in.word());
      throw Error(kind, in.text());
    }
    const std::string path = in.text();
    Object& object = objects_[path];
    object.is_group = record == hdf5::SnapshotRecord::group;
    const std::uint64_t attributes = in.word();
    for (std::uint64_t i = 0; i < attributes; ++i) {
      const std::string name = in.text();
      object.attributes[name] = read_array(in);
    }
    if (!object.is_group) object.values = read_array(in);
  }
}

std::string Hdf5Snapshot::name_of(std::string_view path) const { return fmt::format("'{}' of '{}'", path, file_); }

bool Hdf5Snapshot::has_group(std::string_view path) const {
  const auto at = objects_.find(path);
  return at != objects_.end() && at->second.is_group;
}

std::vector<std::string> Hdf5Snapshot::children(std::string_view group) const {
  const std::string prefix = group == "/" ? "/" : std::string(group) + "/";
  std::vector<std::string> names;
  for (auto at = objects_.upper_bound(prefix); at != objects_.end() && at->first.starts_with(prefix); ++at) {
    const std::string_view rest = std::string_view(at->first).substr(prefix.size());
    if (rest.find('/') == std::string_view::npos) names.emplace_back(rest);
  }
  return names;
}

const SnapshotArray* Hdf5Snapshot::find_dataset(std::string_view path) const {
  const auto at = objects_.find(path);
  return at == objects_.end() || at->second.is_group ? nullptr : &at->second.values;
}

const SnapshotArray* Hdf5Snapshot::find_attribute(std::string_view path, std::string_view name) const {
  const auto at = objects_.find(path);
  if (at == objects_.end()) return nullptr;
  const auto attribute = at->second.attributes.find(name);
  return attribute == at->second.attributes.end() ? nullptr : &attribute->second;
}

const SnapshotArray& Hdf5Snapshot::dataset(std::string_view path) const {
  const SnapshotArray* const values = find_dataset(path);
  if (values == nullptr) refuse(fmt::format("there is no dataset {}", name_of(path)));
  return *values;
}

void Hdf5Snapshot::check_vector(std::string_view path, const SnapshotArray& values) const {
  if (values.shape.size() != 1)
    refuse(fmt::format("{} has {} dimensions; a vector is expected", name_of(path), values.shape.size()));
}

std::vector<std::int64_t> Hdf5Snapshot::integers(std::string_view path) const {
  const SnapshotArray& values = dataset(path);
  if (!values.is_integer()) refuse(fmt::format("{} does not hold integers", name_of(path)));
  check_vector(path, values);
  std::vector<std::int64_t> result(values.signed_integers.begin(), values.signed_integers.end());
  for (const std::uint64_t value : values.unsigned_integers) {
    if (value > static_cast<std::uint64_t>(INT64_MAX))
      refuse(fmt::format("{} holds {} at row {}; it must be below 2^63", name_of(path), value, result.size()));
    result.push_back(static_cast<std::int64_t>(value));
  }
  return result;
}

std::vector<std::uint64_t> Hdf5Snapshot::ids(std::string_view path) const {
  const SnapshotArray& values = dataset(path);
  if (!values.is_integer()) refuse(fmt::format("{} does not hold integers, as ids must be", name_of(path)));
  check_vector(path, values);
  std::vector<std::uint64_t> result(values.unsigned_integers.begin(), values.unsigned_integers.end());
  for (const std::int64_t value : values.signed_integers) {
    if (value < 0) refuse(fmt::format("{} holds {} at row {}; ids must be 0 or more", name_of(path), value, result.size()));
    result.push_back(static_cast<std::uint64_t>(value));
  }
  return result;
}

std::vector<double> Hdf5Snapshot::numbers(std::string_view path) const {
  const SnapshotArray& values = dataset(path);
  if (values.kind != SnapshotArray::Kind::real && !values.is_integer())
    refuse(fmt::format("{} does not hold numbers", name_of(path)));
  check_vector(path, values);
  std::vector<double> result(values.reals.begin(), values.reals.end());
  for (const std::int64_t value : values.signed_integers) result.push_back(static_cast<double>(value));
  for (const std::uint64_t value : values.unsigned_integers) result.push_back(static_cast<double>(value));
  return result;
}

std::uint64_t Hdf5Snapshot::list_count(std::string_view path) const {
  const SnapshotArray& values = dataset(path);
  if (values.kind_of_lists == SnapshotArray::Kind::other || values.shape.size() != 1)
    refuse(fmt::format("{} is no vector of lists of numbers", name_of(path)));
  return values.lists.size();
}

std::vector<double> Hdf5Snapshot::number_list(std::string_view path, std::uint64_t i) const {
  using Kind = SnapshotArray::Kind;
  if (i >= list_count(path)) refuse(fmt::format("{} has no list {}", name_of(path), i));
  const SnapshotArray& values = dataset(path);
  const std::span<const std::uint64_t> words = values.lists[i];
  std::vector<double> list;
  list.reserve(words.size());
  for (const std::uint64_t word : words)
    list.push_back(values.kind_of_lists == Kind::real             ? std::bit_cast<double>(word)
                   : values.kind_of_lists == Kind::signed_integer ? static_cast<double>(static_cast<std::int64_t>(word))
                                                                  : static_cast<double>(word));
  return list;
}

std::optional<std::string> Hdf5Snapshot::text_attribute(std::string_view path, std::string_view name) const {
  const SnapshotArray* const values = find_attribute(path, name);
  if (values == nullptr || values->texts.size() != 1) return std::nullopt;
  return values->texts.front();
}

}  // namespace synop
