#pragma once

namespace synop {

// What of a target's incoming weights is held fast: their sum, or the root of the sum of their squares.
enum class WeightNorm { sum, length };

}  // namespace synop
