#include "synop/io/detail/durable.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

// Some file systems cannot sync a folder and say EINVAL; the rename is then as durable as they make it.
void sync(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) throw_file_error("open", path, errno);
  const bool failed = ::fsync(descriptor) != 0;
  const int error_number = errno;
  ::close(descriptor);
  if (failed && error_number != EINVAL) throw_file_error("write to the disk", path, error_number);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

void throw_file_error(std::string_view doing, const std::filesystem::path& path, int error_number) {
  throw Error(ErrorKind::file,
              fmt::format("cannot {} '{}': {}", doing, path.string(), std::generic_category().message(error_number)));
}

void remove_file(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::remove(path, failure);
  if (failure) throw_file_error("delete", path, failure.value());
}

FolderLock::FolderLock(const std::filesystem::path& folder)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw_file_error("open the folder", folder, errno);
  // Where a file system knows no locks, nobody holds one.
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_);
  throw Error(ErrorKind::file, fmt::format("the folder '{}' is in use by a run that goes on", folder.string()));
}

FolderLock::~FolderLock() { ::close(descriptor_); }

std::filesystem::path part_path(const std::filesystem::path& path) {
  return path.string() + ".part";
}

void publish(const std::filesystem::path& part, const std::filesystem::path& path) {
  sync(part, O_RDONLY);
  std::error_code failure;
  std::filesystem::rename(part, path, failure);
  if (failure) throw_file_error("rename the finished file to", path, failure.value());
  sync(folder_of(path), O_RDONLY | O_DIRECTORY);
}

PartFile::PartFile(std::filesystem::path path)
    : path_(std::move(path)),
      part_(part_path(path_)),
      descriptor_(::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw_file_error("create", part_, errno);
}

PartFile::PartFile(PartFile&& other) noexcept
    : path_(std::move(other.path_)), part_(std::move(other.part_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

PartFile::~PartFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void PartFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_file_error("write to", part_, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void PartFile::publish() {
  if (::close(std::exchange(descriptor_, -1)) != 0) throw_file_error("write to", part_, errno);
  synop::publish(part_, path_);
}

}  // namespace synop
