#include "synop/io/output_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

namespace {

// A plain name of a file in the folder itself, whatever a result.json may say.
bool is_file_name(const std::filesystem::path& name) {
  return name.has_filename() && name == name.filename() && name != "." && name != "..";
}

void remove_result(const std::filesystem::path& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, failure))) return;
  if (!std::filesystem::remove(path, failure) && failure) throw_file_error("delete", path, failure.value());
}

}  // namespace

void remove_results(const std::filesystem::path& folder, std::span<const std::string_view> keep) {
  const std::string last = "result.json";
  std::ifstream in(folder / last);
  const nlohmann::json result = nlohmann::json::parse(in, nullptr, false);
  if (!result.is_object() || !result.contains("files") || !result["files"].is_array()) return;
  const nlohmann::json schema = result.value("schema", nlohmann::json());
  if (schema != "synop.result" && schema != "synop.task_result") return;
  bool listed = false;
  for (const nlohmann::json& entry : result["files"]) {
    if (!entry.is_string() || !is_file_name(entry.get<std::string>())) continue;
    const std::string name = entry.get<std::string>();
    if (std::find(keep.begin(), keep.end(), name) != keep.end()) continue;
    if (name == last)
      listed = true;
    else
      remove_result(folder / name);
  }
  if (listed) remove_result(folder / last);
}

void create_output_folder(const std::filesystem::path& folder, Overwrite overwrite) {
  check_output_folder(folder, overwrite);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw_file_error("create the folder", folder, failure.value());
  if (overwrite == Overwrite::yes) remove_results(folder);
}

void write_text_file(const std::filesystem::path& path, std::string_view text) {
  PartFile file(path);
  file.write(text);
  file.publish();
}

}  // namespace synop
