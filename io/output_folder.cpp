#include "synop/io/output_folder.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"

namespace synop {

namespace {

// The part of a path that exists already; at the latest the root or the current folder.
std::filesystem::path existing_part(std::filesystem::path path) {
  std::error_code ignored;
  while (path != "." && !std::filesystem::exists(std::filesystem::symlink_status(path, ignored)))
    path = path.has_relative_path() && path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  return path;
}

void check_writable(const std::filesystem::path& folder, const std::filesystem::path& existing) {
  std::error_code failure;
  const std::filesystem::file_status status = std::filesystem::status(existing, failure);
  if (status.type() == std::filesystem::file_type::not_found) throw_file_error("create the folder", folder, EEXIST);
  if (status.type() != std::filesystem::file_type::directory)
    throw_file_error("create the folder", folder, failure ? failure.value() : ENOTDIR);
  if (::faccessat(AT_FDCWD, existing.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    throw_file_error("write into the folder", existing, errno);
}

}  // namespace

void check_output_folder(const std::filesystem::path& folder, Overwrite overwrite) {
  const std::filesystem::path existing = existing_part(folder);
  check_writable(folder, existing);
  if (existing != folder) return;
  std::error_code failure;
  const bool empty = std::filesystem::is_empty(folder, failure);
  if (failure) throw_file_error("read the folder", folder, failure.value());
  if (!empty && overwrite == Overwrite::no)
    throw Error(
        ErrorKind::file,
        fmt::format("the folder '{}' is not empty; choose another one, or pass --overwrite to replace files in it",
                    folder.string()));
}

void create_output_folder(const std::filesystem::path& folder, Overwrite overwrite) {
  check_output_folder(folder, overwrite);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw_file_error("create the folder", folder, failure.value());
}

void write_text_file(const std::filesystem::path& path, std::string_view text) {
  PartFile file(path);
  file.write(text);
  file.publish();
}

}  // namespace synop
