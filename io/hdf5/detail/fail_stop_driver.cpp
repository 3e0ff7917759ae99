#include "synop/io/hdf5/detail/fail_stop_driver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "synop/io/hdf5/detail/journal.hpp"

namespace synop::hdf5 {

namespace {

struct File {
  H5FD_t base{};  // must come first: HDF5 knows the file by a pointer to it
  int descriptor = -1;
  int journal = -1;  // open while the file is being written
  haddr_t end_of_addresses = 0;
  haddr_t end_of_file = 0;
  haddr_t end_at_last_flush = 0;
  PendingWrites structures;
  int failure = 0;
};

constexpr haddr_t largest_address = static_cast<haddr_t>(std::numeric_limits<off_t>::max());

File& file_of(H5FD_t* base) {
  return *reinterpret_cast<File*>(base);
}
const File& file_of(const H5FD_t* base) {
  return *reinterpret_cast<const File*>(base);
}

void push_system_error(const std::string& reason) {
  H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_FILE, H5E_CANTOPENFILE, "%s", reason.c_str());
}

// Of a new file, or of one that is opened to be changed. An older journal must not outlive the file it belongs to.
bool open_for_writing(File& file, const std::string& name, unsigned flags) {
  const std::string journal = journal_path(name).string();
  if (::unlink(journal.c_str()) != 0 && errno != ENOENT) return false;
  const int creation = (flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC | O_CREAT : 0;
  file.descriptor = ::open(name.c_str(), O_RDWR | O_CLOEXEC | creation, 0666);
  if (file.descriptor < 0) return false;
  file.journal = ::open(journal.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return file.journal >= 0;
}

// What a killed writer's journal holds is read as if it were in its place.
bool open_for_reading(File& file, const std::string& name) {
  file.descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file.descriptor < 0) return false;
  if (auto journal = read_journal(name)) file.structures = std::move(journal->writes);
  return true;
}

void close_descriptors(const File& file) {
  if (file.descriptor >= 0) ::close(file.descriptor);
  if (file.journal >= 0) ::close(file.journal);
}

// Exceptions must not pass through HDF5.
H5FD_t* open(const char* name, unsigned flags, hid_t, haddr_t) try {
  auto file = std::make_unique<File>();
  const bool writing = (flags & H5F_ACC_RDWR) != 0;
  if (!(writing ? open_for_writing(*file, name, flags) : open_for_reading(*file, name))) {
    push_system_error(std::strerror(errno));
    close_descriptors(*file);
    return nullptr;
  }
  file->end_of_file = static_cast<haddr_t>(::lseek(file->descriptor, 0, SEEK_END));
  file->end_of_file = std::max<haddr_t>(file->end_of_file, file->structures.end());
  file->end_at_last_flush = file->end_of_file;
  return &file.release()->base;
} catch (const std::exception& error) {
  push_system_error(error.what());
  return nullptr;
}

herr_t close(H5FD_t* base) {
  close_descriptors(file_of(base));
  delete &file_of(base);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

haddr_t get_end_of_addresses(const H5FD_t* base, H5FD_mem_t) {
  return file_of(base).end_of_addresses;
}

herr_t set_end_of_addresses(H5FD_t* base, H5FD_mem_t, haddr_t address) {
  file_of(base).end_of_addresses = address;
  return 0;
}

haddr_t get_end_of_file(const H5FD_t* base, H5FD_mem_t) {
  return file_of(base).end_of_file;
}

herr_t get_handle(H5FD_t* base, hid_t, void** handle) {
  *handle = base;
  return 0;
}

// What lies beyond the end, or was never written, reads as zeros.
bool read_bytes(int descriptor, haddr_t address, size_t size, char* bytes) {
  while (size > 0) {
    const ssize_t count = ::pread(descriptor, bytes, size, static_cast<off_t>(address));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) {
      std::memset(bytes, 0, size);
      return true;
    }
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<size_t>(count);
  }
  return true;
}

bool write_all(File& file, int descriptor, haddr_t address, size_t size, const char* bytes) {
  while (size > 0 && file.failure == 0) {
    const ssize_t count = ::pwrite(descriptor, bytes, size, static_cast<off_t>(address));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      file.failure = errno;
      break;
    }
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<size_t>(count);
  }
  return file.failure == 0;
}

void write_bytes(File& file, haddr_t address, size_t size, const char* bytes) {
  if (write_all(file, file.descriptor, address, size, bytes))
    file.end_of_file = std::max(file.end_of_file, address + size);
}

herr_t read(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* buffer) {
  if (!read_bytes(file_of(base).descriptor, address, size, static_cast<char*>(buffer))) return -1;
  file_of(base).structures.overlay(address, buffer, size);
  return 0;
}

herr_t write(H5FD_t* base, H5FD_mem_t type, hid_t, haddr_t address, size_t size, const void* buffer) {
  if (type == H5FD_MEM_DRAW)
    write_bytes(file_of(base), address, size, static_cast<const char*>(buffer));
  else
    file_of(base).structures.add(address, buffer, size);
  return 0;
}

// HDF5 calls this last in a flush. Not before the journal is whole is anything changed that the file refers to.
herr_t flush(H5FD_t* base, hid_t, hbool_t) {
  File& file = file_of(base);
  if (file.structures.empty()) return 0;
  const std::string journal = journal_text(file.structures, std::max(file.end_of_file, file.structures.end()));
  write_all(file, file.journal, 0, journal.size(), journal.data());
  file.structures.release(file.end_at_last_flush, [&file](haddr_t address, const char* bytes, size_t size) {
    write_bytes(file, address, size, bytes);
  });
  file.end_at_last_flush = file.end_of_file;
  return 0;
}

// The file only grows: HDF5 would cut off what lies behind its last structure, which the next write brings back.
herr_t truncate(H5FD_t* base, hid_t, hbool_t) {
  File& file = file_of(base);
  if (file.failure != 0 || file.end_of_file >= file.end_of_addresses) return 0;
  if (::ftruncate(file.descriptor, static_cast<off_t>(file.end_of_addresses)) != 0)
    file.failure = errno;
  else
    file.end_of_file = file.end_of_addresses;
  return 0;
}

hid_t register_driver() {
  H5FD_class_t driver{};
#if H5_VERSION_GE(1, 14, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = H5_VFD_RESERVED + 1;
#endif
  driver.name = "synop_fail_stop";
  driver.maxaddr = largest_address;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.open = open;
  driver.close = close;
  driver.query = query;
  driver.get_eoa = get_end_of_addresses;
  driver.set_eoa = set_end_of_addresses;
  driver.get_eof = get_end_of_file;
  driver.get_handle = get_handle;
  driver.read = read;
  driver.write = write;
  driver.flush = flush;
  driver.truncate = truncate;
  for (auto& memory_kind : driver.fl_map) memory_kind = H5FD_MEM_DEFAULT;
  return H5FDregister(&driver);
}

}  // namespace

Handle fail_stop_access() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS));
  const Handle driver(register_driver());
  H5Pset_driver(access.id(), driver.id(), nullptr);
  return access;
}

int write_failure(const Object& file) {
  void* handle = nullptr;
  check(H5Fget_vfd_handle(file.id(), H5P_DEFAULT, &handle), "ask the driver of", file);
  return static_cast<const File*>(handle)->failure;
}

}  // namespace synop::hdf5
