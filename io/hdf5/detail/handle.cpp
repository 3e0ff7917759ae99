#include "synop/io/hdf5/detail/handle.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/fail_stop_driver.hpp"
#include "synop/io/hdf5/detail/journal.hpp"

namespace synop::hdf5 {

namespace {

herr_t keep_first_message(unsigned depth, const H5E_error2_t* error, void* message) {
  if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(message) = error->desc;
  return 0;
}

// HDF5 wraps the operating system's reason in a long line of addresses and times; the reason alone says more.
std::string innermost_message() {
  std::string message = "no reason given by HDF5";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first_message, &message);
  constexpr std::string_view start = "error message = '";
  const auto begin = message.find(start);
  if (begin == std::string::npos) return message;
  const auto from = begin + start.size();
  return message.substr(from, message.find('\'', from) - from);
}

void silence_hdf5() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

herr_t keep_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

std::string child_path(const Object& parent, const std::string& name) {
  return parent.path == "/" ? "/" + name : parent.path + "/" + name;
}

void Handle::close() {
  if (id_ >= 0) H5Idec_ref(std::exchange(id_, H5I_INVALID_HID));
}

std::string Object::name() const {
  return path == "/" ? fmt::format("'{}'", file) : fmt::format("'{}' of '{}'", path, file);
}

void throw_hdf5_error(std::string_view doing, const Object& object) {
  throw Error(ErrorKind::file, fmt::format("cannot {} {}: {}", doing, object.name(), innermost_message()));
}

Object create_file(const std::filesystem::path& path) {
  silence_hdf5();
  Object file{{}, path.string(), "/"};
  const Handle access = fail_stop_access();
  const Handle creation(H5Pcreate(H5P_FILE_CREATE));
  // A superblock of version 1.8 marks no file as in use. What comes into the file is of version 1.10: its index of
  // chunks never moves an entry and its structures have checksums (docs/decisions/0006-recordings-survive.md). The
  // root's attributes stay together in one of them.
  H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V110);
  H5Pset_attr_phase_change(creation.id(), 64, 0);
  H5Pset_obj_track_times(creation.id(), false);  // the same content gives the same bytes
  file.handle = Handle(check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), "create", file));
  check(H5Fset_libver_bounds(file.id(), H5F_LIBVER_V110, H5F_LIBVER_V110), "create", file);
  return file;
}

Object open_file_to_change(const std::filesystem::path& path) {
  silence_hdf5();
  Object file{{}, path.string(), "/"};
  const Handle access = fail_stop_access();
  file.handle = Handle(check(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), "open", file));
  check(H5Fset_libver_bounds(file.id(), H5F_LIBVER_V110, H5F_LIBVER_V110), "open", file);
  return file;
}

Object open_file(const std::filesystem::path& path) {
  silence_hdf5();
  Object file{{}, path.string(), "/"};
  if (std::filesystem::is_regular_file(path) && H5Fis_hdf5(path.c_str()) == 0)
    throw Error(ErrorKind::input, fmt::format("'{}' is not an HDF5 file", path.string()));
  const Handle access = read_journal(path) ? fail_stop_access() : Handle(H5Pcreate(H5P_FILE_ACCESS));
  file.handle = Handle(check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), "open", file));
  return file;
}

Object create_group(const Object& parent, const std::string& name) {
  Object group{{}, parent.file, child_path(parent, name)};
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE));
  H5Pset_obj_track_times(creation.id(), false);
  const hid_t id = H5Gcreate2(parent.id(), name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT);
  group.handle = Handle(check(id, "create", group));
  return group;
}

Object open_group(const Object& parent, const std::string& name) {
  Object group{{}, parent.file, child_path(parent, name)};
  group.handle = Handle(check(H5Gopen2(parent.id(), name.c_str(), H5P_DEFAULT), "open", group));
  return group;
}

bool has_child(const Object& parent, const std::string& name) {
  return check(H5Lexists(parent.id(), name.c_str(), H5P_DEFAULT), "read", parent) > 0;
}

std::vector<std::string> child_names(const Object& group) {
  std::vector<std::string> names;
  check(H5Literate(group.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_name, &names), "list", group);
  return names;
}

void flush(const Object& file) {
  check(H5Fflush(file.id(), H5F_SCOPE_GLOBAL), "write", file);
  if (const int failure = write_failure(file); failure != 0) throw_file_error("write", file.file, failure);
}

}  // namespace synop::hdf5
