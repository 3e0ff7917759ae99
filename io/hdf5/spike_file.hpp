#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/spike.hpp"
#include "synop/io/hdf5/commit_policy.hpp"
#include "synop/io/hdf5/provenance.hpp"

namespace synop {

// The order of the spikes of a population, as SONATA numbers it.
enum class SpikeSorting : std::uint8_t { by_id = 1, by_time = 2 };

struct SpikeFilePopulation {
  std::string name;
  std::uint64_t size = 0;  // neurons
  std::optional<std::uint64_t> recorded = {};  // of them, those whose spikes are recorded; unset: all
  SpikeSorting sorting = SpikeSorting::by_time;
  std::optional<Time> start = {};  // recorded during [start, stop), where that is not the time of the whole file
  std::optional<Time> stop = {};
};

// Exact ticks are stored beside the times in ms: 8 bytes per spike on top of 16.
enum class Ticks { when_needed, always };

// Writes spikes as they happen into a SONATA file (docs/file_formats.md), using 24 bytes for each of at most 65,536
// waiting spikes of a population. Until finish() the file is called <path>.part; a kill at any moment leaves there
// exactly what was committed last. Use it from one thread.
//
// A double in ms holds every tick below 2^22 ms (70 min); runs that go on longer also store ticks, unless asked always.
//
// Errors of the disk are Error(file). After one, what was committed before stays in the .part file.
class SpikeFileWriter {
 public:
  SpikeFileWriter(std::filesystem::path path, std::vector<SpikeFilePopulation> populations,
                  const Provenance& provenance, Ticks ticks = Ticks::when_needed, CommitPolicy policy = {});
  SpikeFileWriter(SpikeFileWriter&&) noexcept;
  SpikeFileWriter& operator=(SpikeFileWriter&&) = delete;
  ~SpikeFileWriter();

  // Spikes of populations[population], in its order (of time, or of neuron and then time) within and between calls.
  // Throws Error(usage) when they are not, or a neuron is not in the population.
  void append(std::size_t population, std::span<const Spike> spikes);

  // Every spike before `until` has been appended. Commits where the policy says that it is time.
  void advance(Time until);

  // The same, and what was appended so far survives a kill of the process once this returns.
  void commit(Time until);

  // Completes the file, puts it on the disk and gives it its name. The counts become attributes of /counts. `stop` is
  // where the run ended, if not where the provenance says.
  void finish(std::span<const std::pair<std::string, std::uint64_t>> counts = {}, std::optional<Time> stop = {});

  std::uint64_t spike_count(std::size_t population) const;
  std::size_t buffered_bytes() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

struct RecordedPopulation {
  std::string name;
  std::optional<std::uint64_t> size;      // neurons, where the file says it
  std::optional<std::uint64_t> recorded;  // of them, those that were recorded, where the file says it
  std::vector<Spike> spikes;          // by time, then neuron
};

struct SpikeFile {
  std::vector<RecordedPopulation> populations;  // in alphabetical order
  std::optional<Provenance> provenance;         // of our own files
  bool complete = true;                         // false: the writer did not finish, this is what it committed
  std::optional<Time> committed_until;          // every spike before it is here; of our own files
};

// Reads our files and SONATA files of other programs: ids of any integer type, units ms or none, spikes in any order,
// with or without populations. Throws Error(file) if the file cannot be read and Error(input), with the dataset and
// row, if its content makes no sense.
SpikeFile read_spike_file(const std::filesystem::path& path);

// Replaces a complete file of ours by one with its spikes in order of neuron, then time. Throws Error(file).
void sort_spike_file_by_id(const std::filesystem::path& path,
                           std::span<const std::pair<std::string, std::uint64_t>> counts = {});

}  // namespace synop
