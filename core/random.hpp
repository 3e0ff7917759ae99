#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace synop {

// What a random number is for. Part of the generator's counter, so streams of different purposes never meet.
enum class Purpose : std::uint8_t {
  connectivity = 1,
  weight,
  delay,
  initial_state,
  poisson_drive,
  poisson_population,
  task,
  neuron_parameter,
};

// A stream of random numbers from a counter-based generator (Philox4x32-10, Salmon et al. 2011, through Random123).
// It is a pure function of (seed, purpose, id, draw index): never of a thread, rank or partition.
class RandomStream {
 public:
  RandomStream() = default;
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t id, std::uint32_t sub_id = 0);

  std::uint32_t next32() {
    if (position_ == words_.size()) refill();
    return words_[position_++];
  }
  std::uint64_t next64() { return (std::uint64_t{next32()} << 32) | next32(); }

  // Uniform in the open interval (0, 1), 52 bits.
  double uniform() { return (static_cast<double>(next64() >> 12) + 0.5) * 0x1p-52; }
  // Uniform in [0, n), n > 0, without bias (Lemire 2019).
  std::uint32_t below(std::uint32_t n);
  double exponential();  // mean 1
  double normal();       // mean 0, standard deviation 1 (polar method)

  // Moves to the beginning of the substream of that number (below 2^36). A substream has 2^22 words; what is drawn
  // beyond them belongs to the next one.
  void seek(std::uint64_t substream) {
    block_ = substream << 20;
    position_ = words_.size();
  }

  // Fills `words` with the next numbers of the stream; words.size() must be a multiple of 4.
  void fill(std::span<std::uint32_t> words);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(seed_, purpose_, id_, sub_id_, block_, words_, position_);
  }

 private:
  void refill();

  std::uint64_t seed_ = 0;
  std::uint32_t purpose_ = 0;
  std::uint32_t id_ = 0;
  std::uint32_t sub_id_ = 0;
  std::uint64_t block_ = 0;  // the next block of four words; below 2^56
  std::array<std::uint32_t, 4> words_{};
  std::uint64_t position_ = 4;  // of the next word; 4: none left
};

}  // namespace synop
