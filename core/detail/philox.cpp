#include "synop/core/detail/philox.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#define SYNOP_PHILOX_AVX2
#include <immintrin.h>
#endif

namespace synop::detail {

namespace {

constexpr std::uint32_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
constexpr std::uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;
constexpr int rounds = 10;

#ifdef SYNOP_PHILOX_AVX2

// Written out, because compilers keep words in 32-bit lanes and shuffle them around every product: 1.5 ns per word
// instead of 0.7. A word is the lower half of a 64-bit lane here; what is in the upper half is never looked at, since
// the product takes the lower halves. Two vectors per word are in flight, so that the latency of products is hidden.
__attribute__((target("avx2"))) void philox_avx2(PhiloxWords& words, std::uint32_t key0, std::uint32_t key1) {
  const __m256i m0 = _mm256_set1_epi64x(multiplier0), m1 = _mm256_set1_epi64x(multiplier1);
  const __m256i even_lanes = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
  for (std::size_t first = 0; first < philox_width; first += 8) {
    __m256i c[4][2];
    for (int w = 0; w < 4; ++w)
      for (std::size_t j = 0; j < 2; ++j)
        c[w][j] = _mm256_cvtepu32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(&words[w][first + 4 * j])));
    std::uint32_t k0 = key0, k1 = key1;
    for (int round = 0; round < rounds; ++round) {
      const __m256i x0 = _mm256_set1_epi64x(k0), x1 = _mm256_set1_epi64x(k1);
      for (std::size_t j = 0; j < 2; ++j) {
        const __m256i a = _mm256_mul_epu32(m0, c[0][j]);
        const __m256i b = _mm256_mul_epu32(m1, c[2][j]);
        c[0][j] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(b, 32), c[1][j]), x0);
        c[1][j] = b;
        c[2][j] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(a, 32), c[3][j]), x1);
        c[3][j] = a;
      }
      k0 += weyl0;
      k1 += weyl1;
    }
    for (int w = 0; w < 4; ++w)
      for (std::size_t j = 0; j < 2; ++j)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(&words[w][first + 4 * j]),
                         _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(c[w][j], even_lanes)));
  }
}

#endif

}  // namespace

void philox_portable(PhiloxWords& words, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < philox_width; ++i) {
      const std::uint64_t a = std::uint64_t{multiplier0} * words[0][i];
      const std::uint64_t b = std::uint64_t{multiplier1} * words[2][i];
      words[0][i] = static_cast<std::uint32_t>(b >> 32) ^ words[1][i] ^ key0;
      words[1][i] = static_cast<std::uint32_t>(b);
      words[2][i] = static_cast<std::uint32_t>(a >> 32) ^ words[3][i] ^ key1;
      words[3][i] = static_cast<std::uint32_t>(a);
    }
    key0 += weyl0;
    key1 += weyl1;
  }
}

void philox(PhiloxWords& words, std::uint32_t key0, std::uint32_t key1) {
#ifdef SYNOP_PHILOX_AVX2
  static const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  if (avx2) return philox_avx2(words, key0, key1);
#endif
  philox_portable(words, key0, key1);
}

}  // namespace synop::detail
