#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// What classifiers by softmax regression share. Built from basic arithmetic only, so that training is the same on every
// host.
namespace synop::detail {

// Scores to probabilities; relative error below 1e-6.
void softmax(std::span<float> scores);

// 0 to count in an order of their own for each epoch.
std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed, int epoch);

}  // namespace synop::detail
