#include "synop/io/tasks/idx_reader.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr std::uint32_t image_magic = 2051;
constexpr std::uint32_t label_magic = 2049;
constexpr std::uint32_t largest_side = 4096;
constexpr std::uint64_t largest_content = std::uint64_t{1} << 32;  // bytes; MNIST has 47 million

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

// Bytes of a file, decompressed when it is gzip.
class ByteSource {
 public:
  explicit ByteSource(const std::filesystem::path& path) : path_(path.string()) {
    std::error_code ignored;  // what cannot be looked at cannot be opened either
    if (!std::filesystem::exists(path, ignored)) throw Error(ErrorKind::file, fmt::format("{} does not exist", path_));
    if (std::filesystem::is_directory(path, ignored))
      throw Error(ErrorKind::file, fmt::format("{} is a folder", path_));
    file_.reset(gzopen(path_.c_str(), "rb"));
    if (!file_) throw Error(ErrorKind::file, fmt::format("{} cannot be opened", path_));
  }

  const std::string& path() const { return path_; }

  // The number of bytes read, less than asked for only at the end of the file.
  std::size_t read(std::uint8_t* to, std::size_t count) {
    const int got = gzread(file_.get(), to, static_cast<unsigned>(count));
    int code = Z_OK;
    const char* reason = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) {
      throw Error(ErrorKind::input, fmt::format("{}: the compressed data end in the middle", path_));
    }
    if (code == Z_ERRNO) throw Error(ErrorKind::file, fmt::format("{} cannot be read", path_));
    if (got < 0) throw Error(ErrorKind::input, fmt::format("{}: damaged compressed data ({})", path_, reason));
    return static_cast<std::size_t>(got);
  }

 private:
  std::string path_;
  std::unique_ptr<gzFile_s, CloseGzip> file_;
};

std::uint32_t read_number(ByteSource& source, std::string_view what) {
  std::array<std::uint8_t, 4> b{};
  if (source.read(b.data(), b.size()) != b.size()) {
    throw Error(ErrorKind::input, fmt::format("{} ends inside its header, before the {}", source.path(), what));
  }
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | std::uint32_t{b[3]};
}

void expect_magic(ByteSource& source, std::uint32_t expected, std::string_view content) {
  const std::uint32_t found = read_number(source, "magic number");
  if (found == expected) return;
  const std::string_view hint = found == image_magic   ? "; it is an IDX file of images"
                                : found == label_magic ? "; it is an IDX file of labels"
                                                       : "";
  throw Error(ErrorKind::input, fmt::format("{}: the magic number is {}, but IDX {} have {}{}", source.path(), found,
                                            content, expected, hint));
}

// Exactly `count` bytes, up to the end of the file. Memory grows with what is there, not with what a header claims.
std::vector<std::uint8_t> read_rest(ByteSource& source, std::uint64_t count) {
  constexpr std::uint64_t chunk = 1 << 20;
  if (count > largest_content) {
    throw Error(ErrorKind::input, fmt::format("{}: the header promises {} bytes, more than the {} that are allowed",
                                              source.path(), count, largest_content));
  }
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < count) {
    const std::size_t old = bytes.size();
    const std::size_t want = static_cast<std::size_t>(std::min(chunk, count - old));
    bytes.resize(old + want);
    const std::size_t got = source.read(bytes.data() + old, want);
    if (got < want) {
      throw Error(ErrorKind::input, fmt::format("{} is truncated: {} bytes were expected after the header, found {}",
                                                source.path(), count, old + got));
    }
  }
  std::uint8_t extra = 0;
  if (source.read(&extra, 1) != 0) {
    throw Error(ErrorKind::input,
                fmt::format("{} goes on after the {} bytes that its header promises", source.path(), count));
  }
  return bytes;
}

std::uint32_t read_side(ByteSource& source, std::string_view what) {
  const std::uint32_t side = read_number(source, what);
  if (side == 0 || side > largest_side) {
    throw Error(ErrorKind::input, fmt::format("{}: the {} of an image is {} pixels, outside the allowed range [1, {}]",
                                              source.path(), what, side, largest_side));
  }
  return side;
}

std::filesystem::path find_idx(const std::filesystem::path& folder, std::string_view stem, std::string_view kind) {
  std::string tried;
  for (const char joint : {'-', '.'}) {
    for (const std::string_view ending : {"", ".gz"}) {
      const std::string name = fmt::format("{}{}{}{}", stem, joint, kind, ending);
      std::error_code ignored;
      if (std::filesystem::is_regular_file(folder / name, ignored)) return folder / name;
      tried += (tried.empty() ? "" : ", ") + name;
    }
  }
  throw Error(ErrorKind::file, fmt::format("{} holds none of {}", folder.string(), tried));
}

}  // namespace

std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path) {
  ByteSource source(path);
  expect_magic(source, label_magic, "labels");
  const std::uint32_t count = read_number(source, "number of labels");
  ImageSet labels{0, 0, {}, read_rest(source, count), source.path()};
  labels.validate();
  return std::move(labels.labels);
}

ImageSet read_idx(const std::filesystem::path& images, const std::filesystem::path& labels) {
  ByteSource source(images);
  expect_magic(source, image_magic, "images");
  const std::uint32_t count = read_number(source, "number of images");
  ImageSet set;
  set.height = read_side(source, "height");
  set.width = read_side(source, "width");
  set.origin = source.path();
  set.pixels = read_rest(source, std::uint64_t{count} * set.pixels_per_image());
  set.labels = read_idx_labels(labels);
  if (set.size() != count) {
    throw Error(ErrorKind::input, fmt::format("{} holds {} images, but {} holds {} labels", images.string(), count,
                                              labels.string(), set.size()));
  }
  return set;
}

std::vector<std::filesystem::path> idx_files(const std::filesystem::path& folder, std::string_view prefix) {
  return {find_idx(folder, fmt::format("{}-images", prefix), "idx3-ubyte"),
          find_idx(folder, fmt::format("{}-labels", prefix), "idx1-ubyte")};
}

ImageSet read_idx_folder(const std::filesystem::path& folder, std::string_view prefix) {
  const std::vector<std::filesystem::path> files = idx_files(folder, prefix);
  return read_idx(files[0], files[1]);
}

}  // namespace synop
