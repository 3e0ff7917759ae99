// The records of a snapshot. Everything is in words of 8 bytes: numbers are one word, a text is its length and then its
// bytes, padded with zeros to whole words.
//
//   group:    1, path, attributes
//   dataset:  2, path, attributes, array
//   end:      0
//   failure:  3, kind of the error, message
//   attributes: their number, then for each its name and array
//   array:    kind, dimensions, extents, then the values: words, or texts one after the other. Of lists of numbers the kind
//             has ragged_flag added, and each value is its length and then as many words.
#include "synop/io/hdf5/detail/snapshot_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/handle.hpp"
#include "synop/io/hdf5/snapshot.hpp"

namespace synop::hdf5 {

namespace {

using Kind = SnapshotArray::Kind;

constexpr std::size_t buffer_bytes = std::size_t{1} << 20;
constexpr std::size_t deepest = 64;               // groups within groups
constexpr std::size_t most_objects = 10'000'000;  // a damaged file may hold itself

class WordStream {
 public:
  WordStream(int descriptor, std::uint64_t most_bytes) : descriptor_(descriptor), left_(most_bytes) {}

  void word(std::uint64_t value) { bytes(&value, sizeof value); }
  void text(std::string_view value) {
    word(value.size());
    bytes(value.data(), value.size());
    constexpr char zeros[8] = {};
    bytes(zeros, (8 - value.size() % 8) % 8);
  }
  void bytes(const void* data, std::size_t count) {
    claim(count);
    if (buffer_.size() + count > buffer_bytes) flush();
    if (count > buffer_bytes) return write_all(static_cast<const char*>(data), count);
    buffer_.append(static_cast<const char*>(data), count);
  }
  // Throws unless so many bytes more are within the limit.
  void expect(std::uint64_t count) const {
    if (count > left_)
      throw Error(ErrorKind::memory, fmt::format("its content takes more than the {} bytes allowed here", limit_));
  }
  void flush() {
    write_all(buffer_.data(), buffer_.size());
    buffer_.clear();
  }

 private:
  void claim(std::uint64_t count) {
    expect(count);
    left_ -= count;
  }
  void write_all(const char* data, std::size_t count) {
    while (count > 0) {
      const ssize_t written = ::write(descriptor_, data, count);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw Error(ErrorKind::memory, fmt::format("its content cannot be kept: {}", std::strerror(errno)));
      data += written;
      count -= static_cast<std::size_t>(written);
    }
  }

  int descriptor_;
  std::uint64_t left_;
  std::uint64_t limit_ = left_;
  std::string buffer_;
};

// A dataset or an attribute as far as reading it goes.
struct Source {
  const Object& object;  // the dataset, or the object that has the attribute
  Handle attribute;      // invalid for a dataset

  bool is_attribute() const { return attribute.id() >= 0; }
  hid_t type() const { return is_attribute() ? H5Aget_type(attribute.id()) : H5Dget_type(object.id()); }
  hid_t space() const { return is_attribute() ? H5Aget_space(attribute.id()) : H5Dget_space(object.id()); }
  void read(hid_t memory_type, void* values) const {
    check(is_attribute() ? H5Aread(attribute.id(), memory_type, values)
                         : H5Dread(object.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
          "read", object);
  }
};

Kind kind_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return H5Tget_sign(type) == H5T_SGN_2 ? Kind::signed_integer : Kind::unsigned_integer;
    case H5T_FLOAT: return Kind::real;
    case H5T_STRING: return Kind::text;
    case H5T_ENUM: {
      const Handle base(H5Tget_super(type));
      return H5Tget_sign(base.id()) == H5T_SGN_2 ? Kind::signed_integer : Kind::unsigned_integer;
    }
    default: return Kind::other;
  }
}

// HDF5 converts an enumeration to an integer only if it is told that it is one.
void read_words(const Source& source, hid_t type, Kind kind, std::vector<std::uint64_t>& words) {
  if (H5Tget_class(type) != H5T_ENUM) {
    const hid_t wide = kind == Kind::real ? H5T_NATIVE_DOUBLE
                       : kind == Kind::signed_integer ? H5T_NATIVE_INT64
                                                      : H5T_NATIVE_UINT64;
    return source.read(wide, words.data());
  }
  const std::size_t width = H5Tget_size(type);
  if (width == 0 || width > 8) throw Error(ErrorKind::input, fmt::format("{} has an enumeration of {} bytes", source.object.name(), width));
  std::vector<unsigned char> raw(words.size() * 8);
  const Handle native(check(H5Tget_native_type(type, H5T_DIR_DEFAULT), "read the type of", source.object));
  source.read(native.id(), raw.data());
  const Handle base(H5Tget_super(native.id()));
  const hid_t wide = kind == Kind::signed_integer ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
  check(H5Tconvert(base.id(), wide, words.size(), raw.data(), nullptr, H5P_DEFAULT), "convert", source.object);
  std::memcpy(words.data(), raw.data(), raw.size());
}

void write_variable_texts(const Source& source, hid_t type, std::uint64_t count, WordStream& out) {
  std::vector<char*> values(count, nullptr);
  const Handle space(source.space());
  const Handle memory(H5Tcopy(H5T_C_S1));
  H5Tset_size(memory.id(), H5T_VARIABLE);
  H5Tset_cset(memory.id(), H5Tget_cset(type));
  source.read(memory.id(), static_cast<void*>(values.data()));
  for (const char* value : values) out.text(value == nullptr ? std::string_view() : std::string_view(value));
  H5Dvlen_reclaim(memory.id(), space.id(), H5P_DEFAULT, static_cast<void*>(values.data()));
}

void write_fixed_texts(const Source& source, hid_t type, std::uint64_t count, WordStream& out) {
  const std::size_t width = H5Tget_size(type);
  if (width != 0) out.expect(count > ~std::uint64_t{0} / width ? ~std::uint64_t{0} : count * width);
  std::vector<char> values(count * width);
  source.read(type, values.data());
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string_view padded(values.data() + i * width, width);
    std::string_view value = padded.substr(0, padded.find('\0'));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) value = value.substr(0, value.find_last_not_of(' ') + 1);
    out.text(value);
  }
}

std::uint64_t value_count(const Source& source, hid_t space, const std::vector<hsize_t>& extent) {
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return 0;
  std::uint64_t count = 1;
  for (const hsize_t n : extent) {
    if (n != 0 && count > (~std::uint64_t{0} >> 8) / n)
      throw Error(ErrorKind::input, fmt::format("{} says it has more values than can be counted", source.object.name()));
    count *= n;
  }
  return count;
}

// The kind of the numbers in the lists that a vector holds; other: it holds no lists, or not of numbers.
Kind kind_of_lists(const Source& source, hid_t type, const std::vector<hsize_t>& extent) {
  if (source.is_attribute() || extent.size() != 1 || H5Tget_class(type) != H5T_VLEN) return Kind::other;
  const Handle inner(H5Tget_super(type));
  const H5T_class_t numbers = H5Tget_class(inner.id());
  return numbers == H5T_INTEGER || numbers == H5T_FLOAT ? kind_of(inner.id()) : Kind::other;
}

// A few rows at a time: what HDF5 holds of them is beyond our limits.
void write_lists(const Source& source, Kind kind, std::uint64_t count, WordStream& out) {
  constexpr hsize_t at_once = 64;
  const Handle memory(H5Tvlen_create(kind == Kind::real             ? H5T_NATIVE_DOUBLE
                                     : kind == Kind::signed_integer ? H5T_NATIVE_INT64
                                                                    : H5T_NATIVE_UINT64));
  const Handle space(source.space());
  for (hsize_t first = 0; first < count; first += at_once) {
    const hsize_t rows = std::min(at_once, count - first);
    std::vector<hvl_t> lists(rows, hvl_t{0, nullptr});
    const Handle slab(H5Screate_simple(1, &rows, nullptr));
    check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &first, nullptr, &rows, nullptr), "read", source.object);
    check(H5Dread(source.object.id(), memory.id(), slab.id(), space.id(), H5P_DEFAULT, lists.data()), "read", source.object);
    for (const hvl_t& list : lists) {
      out.word(list.len);
      if (list.len != 0) out.bytes(list.p, list.len * 8);
    }
    H5Dvlen_reclaim(memory.id(), slab.id(), H5P_DEFAULT, lists.data());
  }
}

void write_array(const Source& source, WordStream& out) {
  const Handle type(check(source.type(), "read the type of", source.object));
  const Handle space(check(source.space(), "open", source.object));
  const int dimensions = check(H5Sget_simple_extent_ndims(space.id()), "read the shape of", source.object);
  std::vector<hsize_t> extent(static_cast<std::size_t>(dimensions));
  H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr);
  const std::uint64_t count = value_count(source, space.id(), extent);
  const Kind of_lists = kind_of_lists(source, type.id(), extent);
  const Kind kind = of_lists != Kind::other ? of_lists : kind_of(type.id());
  out.word(static_cast<std::uint64_t>(kind) + (of_lists != Kind::other ? ragged_flag : 0));
  if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) extent.assign(1, 0);
  out.word(extent.size());
  for (const hsize_t n : extent) out.word(n);
  if (kind == Kind::other || count == 0) return;
  out.expect(count * 8);
  if (of_lists != Kind::other) return write_lists(source, kind, count, out);
  if (kind == Kind::text) {
    if (H5Tis_variable_str(type.id()) > 0) return write_variable_texts(source, type.id(), count, out);
    return write_fixed_texts(source, type.id(), count, out);
  }
  std::vector<std::uint64_t> words(count);
  read_words(source, type.id(), kind, words);
  out.bytes(words.data(), words.size() * 8);
}

herr_t keep_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

void write_attributes(const Object& object, WordStream& out) {
  std::vector<std::string> names;
  check(H5Aiterate2(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_name, &names), "list the attributes of",
        object);
  out.word(names.size());
  for (const std::string& name : names) {
    out.text(name);
    write_array({object, Handle(check(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), "open an attribute of", object))},
                out);
  }
}

class Walker {
 public:
  explicit Walker(WordStream& out) : out_(out) {}

  void group(const Object& object, std::size_t depth) {
    if (depth > deepest || ++objects_ > most_objects)
      throw Error(ErrorKind::input, fmt::format("{} lies in too many groups", object.name()));
    out_.word(static_cast<std::uint64_t>(SnapshotRecord::group));
    out_.text(object.path);
    write_attributes(object, out_);
    for (const std::string& name : child_names(object)) child(object, name, depth);
  }

 private:
  void child(const Object& parent, const std::string& name, std::size_t depth) {
    H5L_info_t link{};
    check(H5Lget_info(parent.id(), name.c_str(), &link, H5P_DEFAULT), "read a link of", parent);
    if (link.type != H5L_TYPE_HARD && link.type != H5L_TYPE_SOFT) return;  // into other files
    Object object{Handle(H5Oopen(parent.id(), name.c_str(), H5P_DEFAULT)), parent.file,
                  parent.path == "/" ? "/" + name : parent.path + "/" + name};
    if (object.id() < 0) {
      if (link.type == H5L_TYPE_SOFT) return;  // leads nowhere
      throw_hdf5_error("open", object);
    }
    const H5I_type_t type = H5Iget_type(object.id());
    if (type == H5I_DATASET) return dataset(object);
    if (type != H5I_GROUP) return;
    H5O_info_t info{};
    check(H5Oget_info2(object.id(), &info, H5O_INFO_BASIC), "read", object);
    if (link.type == H5L_TYPE_HARD && !seen_.insert(info.addr).second && info.rc > 1) return;  // a ring of groups
    group(object, depth + 1);
  }

  void dataset(const Object& object) {
    if (++objects_ > most_objects) throw Error(ErrorKind::input, fmt::format("{} is one object too many", object.name()));
    out_.word(static_cast<std::uint64_t>(SnapshotRecord::dataset));
    out_.text(object.path);
    write_attributes(object, out_);
    write_array({object, Handle()}, out_);
  }

  WordStream& out_;
  std::set<haddr_t> seen_;
  std::size_t objects_ = 0;
};

int write_failure(int descriptor, ErrorKind kind, std::string_view message) {
  if (::ftruncate(descriptor, 0) != 0 || ::lseek(descriptor, 0, SEEK_SET) != 0) return 2;
  WordStream out(descriptor, std::uint64_t{1} << 20);
  out.word(static_cast<std::uint64_t>(SnapshotRecord::failure));
  out.word(static_cast<std::uint64_t>(kind));
  out.text(message.substr(0, 4096));
  out.flush();
  return 1;
}

}  // namespace

int write_snapshot(const std::filesystem::path& path, int descriptor, std::uint64_t most_bytes) {
  try {
    WordStream out(descriptor, most_bytes);
    Walker(out).group(open_file(path), 0);
    out.word(static_cast<std::uint64_t>(SnapshotRecord::end));
    out.flush();
    return 0;
  } catch (const Error& error) {
    const ErrorKind kind = error.kind() == ErrorKind::memory ? ErrorKind::memory : error.kind();
    const std::string prefix = kind == ErrorKind::memory ? fmt::format("'{}': ", path.string()) : "";
    return write_failure(descriptor, kind, prefix + error.what());
  } catch (const std::bad_alloc&) {
    return write_failure(descriptor, ErrorKind::input,
                         fmt::format("'{}' holds more than memory can, or is damaged", path.string()));
  }
}

}  // namespace synop::hdf5
