#include "synop/core/random.hpp"

#include <cmath>

#include <Random123/philox.h>

#include "synop/core/elementary.hpp"

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

void RandomStream::fill(std::span<std::uint32_t> words) {
  for (std::size_t i = 0; i + 4 <= words.size(); i += 4) {
    const auto four = philox(seed_, purpose_, id_, sub_id_, block_++);
    for (std::size_t j = 0; j < 4; ++j) words[i + j] = four[j];
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
