#pragma once

#include <bit>
#include <cstdint>

// Elementary functions of our own. A libm picks variants by processor, so its last bits differ between hosts and
// break spike hashes; these use only +, -, *, / and integer arithmetic, which IEEE 754 defines to the last bit.
// They are branch-free, so a loop over an array of them is vectorised.
namespace synop {

// `a` if the condition is 1, `b` if it is 0. Unlike ?: it never becomes a branch, which a compiler prefers where it
// must expect floating-point operations to trap, and which would keep a loop from being vectorised.
inline double select(std::uint64_t condition, double a, double b) {
  const std::uint64_t mask = -condition;
  return std::bit_cast<double>((std::bit_cast<std::uint64_t>(a) & mask) | (std::bit_cast<std::uint64_t>(b) & ~mask));
}

// 2^x for x in [-1021, 1023]; relative error below 4e-16. Outside that range the result is meaningless.
inline double exp2_bounded(double x) {
  constexpr double round_to_integer = 0x1.8p52;  // adding it leaves the nearest integer in the low mantissa bits
  const double shifted = x + round_to_integer;
  const std::uint64_t n = std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(round_to_integer);
  const double y = (x - (shifted - round_to_integer)) * 0.693147180559945309417;  // |y| <= ln(2) / 2
  // Taylor series of e^y to y^13 (next term 4e-18), grouped to shorten the chain of dependent operations.
  const double y2 = y * y;
  const double y4 = y2 * y2;
  const double low = (1.0 + y) + y2 * (1.0 / 2 + y * (1.0 / 6));
  const double middle = (1.0 / 24 + y * (1.0 / 120)) + y2 * (1.0 / 720 + y * (1.0 / 5040));
  const double high = (1.0 / 40320 + y * (1.0 / 362880)) + y2 * (1.0 / 3628800 + y * (1.0 / 39916800));
  const double top = 1.0 / 479001600 + y * (1.0 / 6227020800);
  const double series = low + y4 * (middle + y4 * (high + y4 * top));
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(series) + (n << 52));
}

// log2(x) for positive normal x; absolute error below 3e-16 max(1, |log2 x|), relative near x = 1.
inline double log2_positive(double x) {
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t bias = 1023;
  constexpr std::uint64_t two_to_52 = 0x4330000000000000;  // as a double; its low bits count in ones
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t biased_exponent = (bits - sqrt_half + (bias << 52)) >> 52;
  const double m = std::bit_cast<double>(bits - ((biased_exponent - bias) << 52));  // in [sqrt(1/2), sqrt(2))
  const double exponent = std::bit_cast<double>(two_to_52 | biased_exponent) - (0x1p52 + static_cast<double>(bias));
  const double s = (m - 1.0) / (m + 1.0);  // log m = 2 artanh(s), |s| < 0.172
  const double z = s * s;
  const double z2 = z * z;
  const double low = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9));
  const double high = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15 + z * (1.0 / 17));
  const double top = 1.0 / 19 + z * (1.0 / 21);
  const double series = s + s * z * (low + z2 * z2 * (high + z2 * z2 * top));
  return exponent + series * 2.88539008177792681472;  // 2 / ln 2
}

// An integer below 2^52 as a double, in a form that is vectorised without AVX-512.
inline double to_double(std::uint64_t n) { return std::bit_cast<double>(0x4330000000000000ULL | n) - 0x1p52; }
// The nearest integer of |x| < 2^51, likewise.
inline std::int64_t to_nearest(double x) {
  constexpr double magic = 0x1.8p52;
  return std::bit_cast<std::int64_t>(x + magic) - std::bit_cast<std::int64_t>(magic);
}

inline double exp_bounded(double x) { return exp2_bounded(x * 1.44269504088896340736); }  // |x| < 700
inline double log_positive(double x) { return log2_positive(x) * 0.693147180559945309417; }

// log(1 - p) for p in [0, 1); relative error below 1e-10, also where 1 - p rounds to 1.
inline double log_of_complement(double p) {
  if (p >= 0x1p-20) return log_positive(1.0 - p);
  return -p * (1.0 + p * (1.0 / 2 + p * (1.0 / 3)));  // next term p^4 / 4
}

}  // namespace synop
