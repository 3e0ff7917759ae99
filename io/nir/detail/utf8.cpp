#include "synop/io/nir/detail/utf8.hpp"

#include <fmt/format.h>

namespace synop::nir::detail {

namespace {

// How many bytes follow the first one of a character; -1: it begins none.
int followers(unsigned char first) {
  if (first < 0x80) return first < 0x20 || first == 0x7f ? -1 : 0;
  if (first >= 0xc2 && first < 0xe0) return 1;
  if (first >= 0xe0 && first < 0xf0) return 2;
  return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

// Of three and four bytes, some second ones would encode what is shorter, too large or a surrogate.
bool second_fits(unsigned char first, unsigned char second) {
  if (first == 0xe0) return second >= 0xa0;
  if (first == 0xed) return second < 0xa0;
  if (first == 0xf0) return second >= 0x90;
  return first != 0xf4 || second < 0x90;
}

}  // namespace

bool is_plain_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i++]);
    const int more = followers(first);
    if (more < 0 || text.size() - i < static_cast<std::size_t>(more)) return false;
    for (int k = 0; k < more; ++k) {
      const auto next = static_cast<unsigned char>(text[i++]);
      if ((next & 0xc0) != 0x80 || (k == 0 && !second_fits(first, next))) return false;
    }
  }
  return true;
}

std::string shown(std::string_view text) {
  if (is_plain_utf8(text)) return std::string(text);
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      result += c;
    else
      result += fmt::format("\\x{:02x}", byte);
  }
  return result;
}

}  // namespace synop::nir::detail
