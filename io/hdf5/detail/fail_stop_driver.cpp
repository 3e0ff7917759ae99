#include "synop/io/hdf5/detail/fail_stop_driver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <unistd.h>

#include "synop/io/hdf5/detail/pending_writes.hpp"

namespace synop::hdf5 {

namespace {

struct File {
  H5FD_t base{};  // must come first: HDF5 knows the file by a pointer to it
  int descriptor = -1;
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

H5FD_t* open(const char* name, unsigned flags, hid_t, haddr_t) {
  int mode = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
  if ((flags & H5F_ACC_TRUNC) != 0) mode |= O_TRUNC;
  if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
  const int descriptor = ::open(name, mode | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_FILE, H5E_CANTOPENFILE, "%s",
             std::strerror(errno));
    return nullptr;
  }
  auto* file = new File;
  file->descriptor = descriptor;
  file->end_of_file = static_cast<haddr_t>(::lseek(descriptor, 0, SEEK_END));
  return &file->base;
}

herr_t close(H5FD_t* base) {
  ::close(file_of(base).descriptor);
  delete &file_of(base);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
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

void write_bytes(File& file, haddr_t address, size_t size, const char* bytes) {
  while (size > 0 && file.failure == 0) {
    const ssize_t count = ::pwrite(file.descriptor, bytes, size, static_cast<off_t>(address));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      file.failure = errno;
      return;
    }
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<size_t>(count);
    file.end_of_file = std::max(file.end_of_file, address);
  }
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

// HDF5 calls this last in a flush.
herr_t flush(H5FD_t* base, hid_t, hbool_t) {
  File& file = file_of(base);
  file.structures.release(file.end_at_last_flush, [&file](haddr_t address, const char* bytes, size_t size) {
    write_bytes(file, address, size, bytes);
  });
  file.end_at_last_flush = file.end_of_file;
  return 0;
}

herr_t truncate(H5FD_t* base, hid_t, hbool_t) {
  File& file = file_of(base);
  if (file.failure != 0 || file.end_of_file == file.end_of_addresses) return 0;
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
