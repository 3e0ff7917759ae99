#include "synop/io/output_folder.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"

namespace synop {

void create_output_folder(const std::filesystem::path& folder, Overwrite overwrite) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw_file_error("create the folder", folder, failure.value());
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    throw_file_error("write into the folder", folder, errno);
  const bool empty = std::filesystem::is_empty(folder, failure);
  if (failure) throw_file_error("read the folder", folder, failure.value());
  if (!empty && overwrite == Overwrite::no)
    throw Error(
        ErrorKind::file,
        fmt::format("the folder '{}' is not empty; choose another one, or pass --overwrite to replace files in it",
                    folder.string()));
}

void write_text_file(const std::filesystem::path& path, std::string_view text) {
  PartFile file(path);
  file.write(text);
  file.publish();
}

}  // namespace synop
