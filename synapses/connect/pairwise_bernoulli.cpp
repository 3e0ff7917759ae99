#include "synop/synapses/connect/pairwise_bernoulli.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

// Steps from one target of a row to the next are made several at a time, in loops of `lanes` over arrays that the
// compiler can vectorise. A step is at most 2^33, so that those of a batch add up without overflow; rows end before.
constexpr std::size_t lanes = 16;
constexpr std::size_t most_words = 256;
constexpr double longest_step = 0x1p33;

// From one random word each: steps that are geometric, 1 + floor(log u / log(1 - p)) with `scale` = 1 / log2(1 - p).
SYNOP_VECTORISED void make_steps(const std::uint32_t* words, double scale, std::size_t n, std::int64_t* steps) {
  for (std::size_t begin = 0; begin < n; begin += lanes)
    for (std::size_t i = begin; i < begin + lanes; ++i) {
      const double step = log2_positive((to_double(words[i]) + 0.5) * 0x1p-32) * scale + 0.5;
      steps[i] = to_nearest(step < longest_step ? step : longest_step);
    }
}

// The same from two words each: 32 bits would be too few for the step of a small p to be 1 as seldom as it should.
SYNOP_VECTORISED void make_fine_steps(const std::uint32_t* words, double scale, std::size_t n, std::int64_t* steps) {
  for (std::size_t begin = 0; begin < n; begin += lanes)
    for (std::size_t i = begin; i < begin + lanes; ++i) {
      const std::uint64_t bits = (std::uint64_t{words[2 * i]} << 32 | words[2 * i + 1]) >> 12;
      const double step = log2_positive((to_double(bits) + 0.5) * 0x1p-52) * scale + 0.5;
      steps[i] = to_nearest(step < longest_step ? step : longest_step);
    }
}

constexpr double least_coarse_p = 0x1p-10;  // whose 2^22 words make a step of 1 right to 2 * 10^-7

std::size_t rounded_up(double n, std::size_t to) {
  return (static_cast<std::size_t>(n) + to) / to * to;
}

}  // namespace

PairwiseBernoulli::PairwiseBernoulli(double p, bool allow_autapses)
    : p_(p),
      per_log2_miss_(p > 0.0 && p < 1.0 ? 0.693147180559945309417 / log_of_complement(p) : 0.0),
      allow_autapses_(allow_autapses) {}

void PairwiseBernoulli::check(const ConnectionContext&) const {
  if (p_ >= 0.0 && p_ <= 1.0) return;
  throw Error(ErrorKind::model, fmt::format("pairwise_bernoulli: p = {} is outside the allowed range [0, 1]", p_));
}

void PairwiseBernoulli::sources_of(const ConnectionContext& context, std::uint32_t target,
                                   std::vector<std::uint32_t>& sources) const {
  sources.clear();
  const auto add = [&](std::uint32_t source) {
    if (allow_autapses_ || !context.is_autapse(source, target)) sources.push_back(source);
  };
  if (p_ >= 1.0) {
    for (std::uint32_t source = 0; source < context.sources; ++source) add(source);
    return;
  }
  if (p_ <= 0.0) return;
  // The gaps between connected sources are geometric, so the work is per synapse and not per pair.
  RandomStream random(context.seed, Purpose::connectivity, target, context.projection);
  const double log_miss = log_of_complement(p_);
  double source = -1.0;
  for (;;) {
    const double gap = log_positive(random.uniform()) / log_miss;
    if (gap >= static_cast<double>(context.sources)) return;
    source += 1.0 + static_cast<double>(static_cast<std::int64_t>(gap));
    if (source >= static_cast<double>(context.sources)) return;
    add(static_cast<std::uint32_t>(source));
  }
}

// A block of n targets takes at most 2 n words and some hundreds, so the substreams of blocks never meet.
void PairwiseBernoulli::targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
                                   std::uint32_t end, std::vector<std::uint32_t>& targets) const {
  if (p_ >= 1.0) {
    targets.resize(end - first);
    std::iota(targets.begin(), targets.end(), first);
  } else if (p_ > 0.0) {
    RandomStream random(context.seed, Purpose::procedural_row, source, context.projection);
    random.seek(first);
    draw_targets(random, first, end, targets);
  } else {
    targets.clear();
  }
  if (!allow_autapses_) context.remove_autapse(source, targets);
}

// The loop of a delivery without stored synapses: a random word, a logarithm, an addition and a store for
// each target, 3 ns together in long rows. What it makes does not depend on how many are made at a time. Guarded by
// benchmarks/delivery_benchmark.cpp.
void PairwiseBernoulli::draw_targets(RandomStream& random, std::uint32_t first, std::uint32_t end,
                                     std::vector<std::uint32_t>& targets) const {
  const bool fine = p_ < least_coarse_p;
  const std::size_t words_per_step = fine ? 2 : 1;
  std::uint32_t words[most_words];
  std::int64_t steps[most_words];
  std::size_t used = 0, filled = 0;  // of the words
  std::int64_t position = std::int64_t{first} - 1;
  std::size_t count = 0;
  while (position < std::int64_t{end}) {
    // What probably takes the row to its end, three standard deviations included.
    const double expected = p_ * static_cast<double>(std::int64_t{end} - position);
    const double wanted = std::min(expected + 3.0 * std::sqrt(expected), double{most_words});
    if (used == filled) {  // the generator is fastest at multiples of 64
      filled = std::min(most_words, rounded_up(wanted * static_cast<double>(words_per_step), 64));
      random.fill({words, filled});
      used = 0;
    }
    const std::size_t n = std::min((filled - used) / words_per_step, rounded_up(wanted, lanes));
    if (fine)
      make_fine_steps(words + used, per_log2_miss_, n, steps);
    else
      make_steps(words + used, per_log2_miss_, n, steps);
    used += n * words_per_step;
    targets.resize(count + n);
    for (std::size_t k = 0; k < n; ++k) {
      position += steps[k];
      if (position >= std::int64_t{end}) break;
      targets[count++] = static_cast<std::uint32_t>(position);
    }
  }
  targets.resize(count);
}

}  // namespace synop
