#pragma once

#include <array>
#include <cstdint>

#include <Random123/philox.h>

namespace synop::detail {

// The random numbers of one item: a function of (seed, purpose, item) and of how many were drawn before.
// Philox4x32-10, Salmon et al., SC 2011.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint32_t purpose, std::uint64_t item)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}},
        counter_{{0, purpose, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)}} {}

  std::uint32_t bits() {
    if (used_ == 4) {
      block_ = r123::Philox4x32()(counter_, key_);
      ++counter_.v[0];
      used_ = 0;
    }
    return block_.v[used_++];
  }

  // Uniform in [0, n); the bias of the multiplication is below n / 2^32.
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>((std::uint64_t{bits()} * n) >> 32); }

  // Uniform in [low, high], 24 bits.
  float uniform(float low, float high) { return low + (high - low) * (static_cast<float>(bits() >> 8) * 0x1p-24F); }

  // Bell shaped, mean 0, standard deviation `sd`, within 3.47 sd: the sum of four uniform numbers.
  float bell(float sd) {
    float sum = -2.0F;
    for (int i = 0; i < 4; ++i) sum += uniform(0.0F, 1.0F);
    return sum * sd * 1.7320508F;
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type block_{};
  unsigned used_ = 4;
};

}  // namespace synop::detail
