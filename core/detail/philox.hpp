#pragma once

#include <cstddef>
#include <cstdint>

namespace synop::detail {

// Ten rounds of Philox4x32 (Salmon et al. 2011) on several counters at a time: words[w][i] is word w of counter i, and
// becomes word w of its random numbers, the same as Random123's, which a test compares.
inline constexpr std::size_t philox_width = 16;
using PhiloxWords = std::uint32_t[4][philox_width];

void philox(PhiloxWords& words, std::uint32_t key0, std::uint32_t key1);
void philox_portable(PhiloxWords& words, std::uint32_t key0, std::uint32_t key1);  // where there is no AVX2

}  // namespace synop::detail
