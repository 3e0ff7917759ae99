#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hdf5.h>

// A thin layer over the C interface of HDF5: identifiers that close themselves and failures that become
// Error(file) "cannot <doing> <object> of '<file>': <HDF5's innermost message>".
namespace synop::hdf5 {

// Owns one identifier of any kind (file, group, dataset, dataspace, type, attribute, property list).
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle() { close(); }

  void close();
  hid_t id() const { return id_; }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

// An open file, group or dataset, and what messages call it.
struct Object {
  Handle handle;
  std::string file;
  std::string path;  // inside the file

  hid_t id() const { return handle.id(); }
  std::string name() const;  // "'/spikes/excitatory' of 'spikes.h5'"
};

// Throws Error(file) with HDF5's innermost message.
[[noreturn]] void throw_hdf5_error(std::string_view doing, const Object& object);

// Returns what an HDF5 function returned, unless it is negative: then throws.
template <class Result>
Result check(Result result, std::string_view doing, const Object& object) {
  if (result < 0) throw_hdf5_error(doing, object);
  return result;
}

// Both switch off HDF5's own printing of errors in the calling thread.
Object create_file(const std::filesystem::path& path);  // readable by HDF5 1.10 (2016) and later
// Read only, with what a killed writer's journal adds; Error(input) if it is not an HDF5 file.
Object open_file(const std::filesystem::path& path);
// To change a complete file of ours, or a copy of an incomplete one, that has no journal.
Object open_file_to_change(const std::filesystem::path& path);

std::string child_path(const Object& parent, const std::string& name);  // "/spikes/excitatory"
Object create_group(const Object& parent, const std::string& name);
Object open_group(const Object& parent, const std::string& name);
bool has_child(const Object& parent, const std::string& name);
std::vector<std::string> child_names(const Object& group);  // in alphabetical order

// Everything written so far survives the death of the process once this returns. Throws Error(file) if any write since
// the creation failed; no other function does, H5Fclose least of all.
void flush(const Object& file);

}  // namespace synop::hdf5
