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
  synapse_count,
  neuron_parameter,
  procedural_row,
  position,
  inhomogeneous_drive,
  sinusoidal_drive,
  gamma_drive,
  mother_process,
  mother_copies,
  pulse_packet,
  noise_current,
  reward_delay,
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
  // Fills `numbers` with what as many calls of below(n) give, several times faster. The stream must be new or just
  // moved by seek(), and is to be moved before anything else is drawn from it.
  void fill_below(std::uint32_t n, std::span<std::uint32_t> numbers);
  // Fills `numbers` with what as many calls of uniform() give. For the stream the same holds.
  void fill_uniform(std::span<double> numbers);
  // Fills `numbers` with standard normals, other ones than normal() gives, at about a tenth of its cost. The first
  // of them do not depend on how many are asked for. For the stream the same holds, but after a multiple of
  // `normals_per_turn` it goes on without a gap.
  void fill_normal(std::span<double> numbers);
  static constexpr std::size_t normals_per_turn = 32;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(seed_, purpose_, id_, sub_id_, block_, words_, position_);
  }

 private:
  void refill();
  void fill_lanes(std::uint32_t (&words)[4][16]);

  std::uint64_t seed_ = 0;
  std::uint32_t purpose_ = 0;
  std::uint32_t id_ = 0;
  std::uint32_t sub_id_ = 0;
  std::uint64_t block_ = 0;  // the next block of four words; below 2^56
  std::array<std::uint32_t, 4> words_{};
  std::uint64_t position_ = 4;  // of the next word; 4: none left
};

}  // namespace synop
