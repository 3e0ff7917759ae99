#include "synop/io/hdf5/detail/journal.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "synop/io/detail/durable.hpp"

namespace synop::hdf5 {

namespace {

// In the byte order of the machine: a journal is read where it was written.
struct Header {
  char magic[8] = {'S', 'Y', 'N', 'O', 'P', 'J', 'N', '1'};
  std::uint64_t size = 0;     // of the file
  std::uint64_t length = 0;   // bytes of the entries
  std::uint64_t checksum = 0; // CRC-32 of the entries, started with that of `size` and `length`
};

struct EntryHeader {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

std::uint64_t checksum_of(const Header& header, const char* entries) {
  uLong sum = ::crc32(0, reinterpret_cast<const Bytef*>(&header.size), sizeof header.size + sizeof header.length);
  return ::crc32_z(sum, reinterpret_cast<const Bytef*>(entries), header.length);
}

template <class T>
void append(std::string& text, const T& value) {
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

std::filesystem::path journal_path(const std::filesystem::path& file) {
  return file.string() + ".journal";
}

std::string journal_text(const PendingWrites& writes, std::uint64_t size) {
  std::string entries;
  writes.for_each([&entries](std::uint64_t address, const char* bytes, std::size_t length) {
    append(entries, EntryHeader{address, length});
    entries.append(bytes, length);
  });
  Header header;
  header.size = size;
  header.length = entries.size();
  header.checksum = checksum_of(header, entries.data());
  std::string text;
  append(text, header);
  return text + entries;
}

// Bytes behind the journal are of an earlier, longer one.
std::optional<Journal> parse_journal(const std::string& text) {
  Header header;
  const Header expected;
  if (text.size() < sizeof header) return {};
  std::memcpy(&header, text.data(), sizeof header);
  const char* const entries = text.data() + sizeof header;
  if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0) return {};
  if (header.length > text.size() - sizeof header || checksum_of(header, entries) != header.checksum) return {};
  Journal journal{{}, header.size};
  for (std::uint64_t at = 0; at < header.length;) {
    EntryHeader entry;
    std::memcpy(&entry, entries + at, sizeof entry);
    journal.writes.add(entry.address, entries + at + sizeof entry, entry.size);
    at += sizeof entry + entry.size;
  }
  return journal;
}

std::string journal_bytes(const std::filesystem::path& file) {
  const std::filesystem::path path = journal_path(file);
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) throw_file_error("read", path, errno);
    return {};
  }
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) throw_file_error("read", path, EIO);
  return text;
}

std::optional<Journal> read_journal(const std::filesystem::path& file) {
  return parse_journal(journal_bytes(file));
}

void put_in_place(const Journal& journal, const std::filesystem::path& copy) {
  const int descriptor = ::open(copy.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw_file_error("open", copy, errno);
  bool failed = false;
  journal.writes.for_each([&](std::uint64_t address, const char* bytes, std::size_t size) {
    failed = failed || ::pwrite(descriptor, bytes, size, static_cast<off_t>(address)) != static_cast<ssize_t>(size);
  });
  const int error_number = failed ? errno : 0;
  ::close(descriptor);
  if (failed) throw_file_error("write", copy, error_number == 0 ? ENOSPC : error_number);
}

void remove_journal(const std::filesystem::path& file) {
  std::error_code failure;
  std::filesystem::remove(journal_path(file), failure);
  if (failure) throw_file_error("delete", journal_path(file), failure.value());
}

}  // namespace synop::hdf5
