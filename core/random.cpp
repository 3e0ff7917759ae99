#include "synop/core/random.hpp"

#include <algorithm>
#include <cmath>

#include <Random123/philox.h>

#include "synop/core/elementary.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint32_t purpose, std::uint32_t id, std::uint32_t sub_id,
                                    std::uint64_t block) {
  const r123::Philox4x32::ctr_type counter{{static_cast<std::uint32_t>(block),
                                            static_cast<std::uint32_t>(block >> 32) | (purpose << 24), id, sub_id}};
  const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const auto words = r123::Philox4x32()(counter, key);
  return {words[0], words[1], words[2], words[3]};
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t id, std::uint32_t sub_id)
    : seed_(seed), purpose_(static_cast<std::uint32_t>(purpose)), id_(id), sub_id_(sub_id) {}

void RandomStream::refill() {
  words_ = philox(seed_, purpose_, id_, sub_id_, block_++);
  position_ = 0;
}

namespace {

// Ten rounds of Philox4x32 on several counters at a time, word by word so that the compiler uses vector registers; the
// same numbers as Random123's, which a test compares.
constexpr std::size_t lanes = 16;

SYNOP_VECTORISED void philox_lanes(std::uint32_t (&c)[4][lanes], std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0][i];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57} * c[2][i];
      c[0][i] = static_cast<std::uint32_t>(b >> 32) ^ c[1][i] ^ key0;
      c[1][i] = static_cast<std::uint32_t>(b);
      c[2][i] = static_cast<std::uint32_t>(a >> 32) ^ c[3][i] ^ key1;
      c[3][i] = static_cast<std::uint32_t>(a);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

}  // namespace

void RandomStream::fill(std::span<std::uint32_t> words) {
  std::size_t filled = 0;
  for (; filled + 4 * lanes <= words.size(); filled += 4 * lanes) {
    std::uint32_t c[4][lanes];
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::uint64_t block = block_ + i;
      c[0][i] = static_cast<std::uint32_t>(block);
      c[1][i] = static_cast<std::uint32_t>(block >> 32) | (purpose_ << 24);
      c[2][i] = id_;
      c[3][i] = sub_id_;
    }
    philox_lanes(c, static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32));
    for (std::size_t i = 0; i < lanes; ++i)
      for (std::size_t word = 0; word < 4; ++word) words[filled + 4 * i + word] = c[word][i];
    block_ += lanes;
  }
  for (; filled + 4 <= words.size(); filled += 4) {
    const auto four = philox(seed_, purpose_, id_, sub_id_, block_++);
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

double RandomStream::exponential() { return -log_positive(uniform()); }

double RandomStream::normal() {
  for (;;) {
    const double x = 2.0 * uniform() - 1.0;
    const double y = 2.0 * uniform() - 1.0;
    const double r2 = x * x + y * y;
    if (r2 < 1.0 && r2 > 0.0) return x * std::sqrt(-2.0 * log_positive(r2) / r2);
  }
}

}  // namespace synop
