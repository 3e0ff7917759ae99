#include "synop/core/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <Random123/philox.h>

#include "synop/core/detail/philox.hpp"
#include "synop/core/elementary.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

std::array<std::uint32_t, 4> one_block(std::uint64_t seed, std::uint32_t purpose, std::uint32_t id,
                                       std::uint32_t sub_id, std::uint64_t block) {
  const r123::Philox4x32::ctr_type counter{
      {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32) | (purpose << 24), id, sub_id}};
  const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const auto words = r123::Philox4x32()(counter, key);
  return {words[0], words[1], words[2], words[3]};
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t id, std::uint32_t sub_id)
    : seed_(seed), purpose_(static_cast<std::uint32_t>(purpose)), id_(id), sub_id_(sub_id) {}

void RandomStream::refill() {
  words_ = one_block(seed_, purpose_, id_, sub_id_, block_++);
  position_ = 0;
}

namespace {

constexpr std::size_t lanes = detail::philox_width;

// One of [1, 2) from 52 of 64 random bits, and the bits that are left.
inline double one_to_two(std::uint64_t bits) {
  return std::bit_cast<double>((bits >> 12) | 0x3ff0000000000000);
}

// Two standard normals from the four words of each lane (Box & Muller 1958): the radius from the first two; the angle
// from the others, as one within a quarter of the circle (where sine and cosine are short series) that two more bits
// turn onto the whole. `first` gets one of each lane, `second` the other.
SYNOP_VECTORISED void normals_from(const detail::PhiloxWords& words, double* first, double* second) {
  for (std::size_t i = 0; i < lanes; ++i) {
    const double u = one_to_two((std::uint64_t{words[0][i]} << 32) | words[1][i]) - 1.0 + 0x1p-53;  // as uniform()
    const double radius = std::sqrt(log2_positive(u) * -1.38629436111989061883);                    // -2 ln 2
    const std::uint64_t bits = (std::uint64_t{words[2][i]} << 32) | words[3][i];
    const double x = (one_to_two(bits) - 1.5 + 0x1p-53) * 1.57079632679489661923;  // within +-pi/4
    const double z = x * x;
    const double z2 = z * z;
    const double z4 = z2 * z2;
    const double sine =
        (1.0 - z * (1.0 / 6)) + z2 * (1.0 / 120 - z * (1.0 / 5040)) +
        z4 * ((1.0 / 362880 - z * (1.0 / 39916800)) + z2 * (1.0 / 6227020800 - z * (1.0 / 1307674368000)));
    const double cosine = (1.0 - z * (1.0 / 2)) + z2 * (1.0 / 24 - z * (1.0 / 720)) +
                          z4 * ((1.0 / 40320 - z * (1.0 / 3628800)) +
                                z2 * ((1.0 / 479001600 - z * (1.0 / 87178291200)) + z2 * (1.0 / 20922789888000)));
    const auto a = std::bit_cast<std::uint64_t>(radius * cosine);
    const auto b = std::bit_cast<std::uint64_t>(radius * x * sine);
    const std::uint64_t exchanged = (a ^ b) & (0 - (bits & 1));
    const std::uint64_t sign = bits << 62 & 0x8000000000000000;
    first[i] = std::bit_cast<double>(a ^ exchanged ^ sign);
    second[i] = std::bit_cast<double>(b ^ exchanged ^ sign);
  }
}

}  // namespace

// The next blocks of the stream, one per lane.
inline void RandomStream::fill_lanes(std::uint32_t (&c)[4][16]) {
  for (std::size_t i = 0; i < lanes; ++i) {
    const std::uint64_t block = block_ + i;
    c[0][i] = static_cast<std::uint32_t>(block);
    c[1][i] = static_cast<std::uint32_t>(block >> 32) | (purpose_ << 24);
    c[2][i] = id_;
    c[3][i] = sub_id_;
  }
  detail::philox(c, static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32));
  block_ += lanes;
}

void RandomStream::fill_normal(std::span<double> numbers) {
  static_assert(normals_per_turn == 2 * lanes);
  detail::PhiloxWords words;
  std::size_t filled = 0;
  for (; filled + normals_per_turn <= numbers.size(); filled += normals_per_turn) {
    fill_lanes(words);
    normals_from(words, &numbers[filled], &numbers[filled + lanes]);
  }
  if (filled == numbers.size()) return;
  double last[normals_per_turn];
  fill_lanes(words);
  normals_from(words, last, last + lanes);
  std::copy_n(last, numbers.size() - filled, numbers.data() + filled);
}

void RandomStream::fill_uniform(std::span<double> numbers) {
  std::uint32_t words[256];
  for (std::size_t filled = 0; filled < numbers.size();) {
    const std::size_t n = std::min<std::size_t>(128, numbers.size() - filled);
    fill({words, (2 * n + 3) / 4 * 4});
    for (std::size_t i = 0; i < n; ++i)
      numbers[filled + i] = one_to_two((std::uint64_t{words[2 * i]} << 32) | words[2 * i + 1]) - 1.0 + 0x1p-53;
    filled += n;
  }
}

void RandomStream::fill(std::span<std::uint32_t> words) {
  std::size_t filled = 0;
  for (; filled + 4 * lanes <= words.size(); filled += 4 * lanes) {
    detail::PhiloxWords c;
    fill_lanes(c);
    for (std::size_t i = 0; i < lanes; ++i)
      for (std::size_t word = 0; word < 4; ++word) words[filled + 4 * i + word] = c[word][i];
  }
  for (; filled + 4 <= words.size(); filled += 4) {
    const auto four = one_block(seed_, purpose_, id_, sub_id_, block_++);
    std::copy(four.begin(), four.end(), words.begin() + static_cast<std::ptrdiff_t>(filled));
  }
}

std::uint32_t RandomStream::below(std::uint32_t n) {
  std::uint64_t product = std::uint64_t{next32()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next32()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

void RandomStream::fill_below(std::uint32_t n, std::span<std::uint32_t> numbers) {
  const std::uint32_t threshold = (0u - n) % n;
  std::uint32_t words[256];
  for (std::size_t filled = 0; filled < numbers.size();) {
    const std::size_t wanted = std::min<std::size_t>(256, (numbers.size() - filled + 3) / 4 * 4);
    fill({words, wanted});
    for (std::size_t i = 0; i < wanted && filled < numbers.size(); ++i) {
      const std::uint64_t product = std::uint64_t{words[i]} * n;
      numbers[filled] = static_cast<std::uint32_t>(product >> 32);
      filled += static_cast<std::uint32_t>(product) >= threshold ? 1 : 0;  // else it is drawn anew
    }
  }
}

double RandomStream::exponential() {
  return -log_positive(uniform());
}

double RandomStream::normal() {
  for (;;) {
    const double x = 2.0 * uniform() - 1.0;
    const double y = 2.0 * uniform() - 1.0;
    const double r2 = x * x + y * y;
    if (r2 < 1.0 && r2 > 0.0) return x * std::sqrt(-2.0 * log_positive(r2) / r2);
  }
}

}  // namespace synop
