#include "synop/io/plot/png.hpp"

#include <vector>

#include <zlib.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

void append_big_endian(std::string& bytes, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((number >> shift) & 0xff);
}

void append_chunk(std::string& file, const std::string& type, const std::string& data) {
  append_big_endian(file, static_cast<std::uint32_t>(data.size()));
  const std::string checked = type + data;
  file += checked;
  append_big_endian(file, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                                                           static_cast<uInt>(checked.size()))));
}

std::string deflated(const std::string& data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()),
                static_cast<uLong>(data.size()), Z_BEST_COMPRESSION) != Z_OK)
    throw Error(ErrorKind::internal, "a picture could not be compressed");
  out.resize(size);
  return out;
}

}  // namespace

std::string grey_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> pixels) {
  if (width == 0 || height == 0 || pixels.size() != std::size_t{width} * height)
    throw Error(ErrorKind::usage, "a picture needs width x height pixels, at least one");
  std::string header;
  append_big_endian(header, width);
  append_big_endian(header, height);
  header += {8, 0, 0, 0, 0};  // bits, greyscale, deflate, no filter method but 0, not interlaced
  std::string rows;
  for (std::uint32_t y = 0; y < height; ++y) {
    rows += '\0';  // this row is not filtered
    const auto row = pixels.subspan(std::size_t{y} * width, width);
    rows.append(row.begin(), row.end());
  }
  std::string file = "\x89PNG\r\n\x1a\n";
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", deflated(rows));
  append_chunk(file, "IEND", "");
  return file;
}

}  // namespace synop
