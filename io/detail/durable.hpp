#pragma once

#include <filesystem>
#include <string_view>

namespace synop {

// Throws Error(file) "cannot <doing> '<path>': <the operating system's reason for `error_number`>".
[[noreturn]] void throw_file_error(std::string_view doing, const std::filesystem::path& path, int error_number);

// Where a file is written before it is complete: <path>.part.
std::filesystem::path part_path(const std::filesystem::path& path);

// Puts the closed file `part` on the disk, gives it the name `path` and puts the name on the disk too. After a power
// loss there is either the old `path` or the whole new one. Throws Error(file).
void publish(const std::filesystem::path& part, const std::filesystem::path& path);

// Deletes a file, if it is there. Throws Error(file).
void remove_file(const std::filesystem::path& path);

// Keeps a folder for this process as long as it lives. Throws Error(file) if another one has it.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  int descriptor_ = -1;
};

// A file that is written from start to end with the checks a full disk calls for. Until publish() it is called
// <path>.part; if publish() is never reached, that file stays.
class PartFile {
 public:
  explicit PartFile(std::filesystem::path path);  // throws Error(file)
  PartFile(PartFile&& other) noexcept;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  void write(std::string_view text);  // throws Error(file)
  void publish();                     // throws Error(file)

 private:
  std::filesystem::path path_;
  std::filesystem::path part_;
  int descriptor_ = -1;
};

}  // namespace synop
