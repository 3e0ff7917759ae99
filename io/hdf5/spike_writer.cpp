#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <unordered_set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/journal.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/spike_population_writer.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {

namespace {

constexpr Time last_exact_in_ms{(std::int64_t{1} << 22) * ticks_per_ms};

void check_names(const std::vector<SpikeFilePopulation>& populations) {
  std::unordered_set<std::string> seen;
  for (const auto& population : populations) {
    hdf5::check_group_name("population", population.name);
    if (!seen.insert(population.name).second)
      throw Error(ErrorKind::model, fmt::format("two populations are recorded under the name '{}'", population.name));
  }
}

}  // namespace

struct SpikeFileWriter::Implementation {
  hdf5::ResultFile file;
  std::vector<hdf5::SpikePopulationWriter> populations;
  std::uint64_t committed = 0;  // spikes of all populations

  hdf5::SpikePopulationWriter& population(std::size_t index) {
    if (index >= populations.size())
      throw Error(ErrorKind::usage,
                  fmt::format("a spike file with {} open populations has none of index {}", populations.size(), index));
    return populations[index];
  }

  std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const auto& population : populations) sum += population.count();
    return sum;
  }
};

SpikeFileWriter::SpikeFileWriter(std::filesystem::path path, std::vector<SpikeFilePopulation> populations,
                                 const Provenance& provenance, Ticks ticks, CommitPolicy policy) {
  check_names(populations);
  const bool with_ticks = ticks == Ticks::always || provenance.stop > last_exact_in_ms;
  implementation_ = std::make_unique<Implementation>(Implementation{{std::move(path), provenance, policy}, {}});
  const hdf5::Object spikes = hdf5::create_group(implementation_->file.root(), "spikes");
  for (const auto& population : populations) implementation_->populations.emplace_back(spikes, population, with_ticks);
  implementation_->file.flush();
}

SpikeFileWriter::SpikeFileWriter(SpikeFileWriter&&) noexcept = default;
SpikeFileWriter::~SpikeFileWriter() = default;

void SpikeFileWriter::append(std::size_t population, std::span<const Spike> spikes) {
  implementation_->population(population).append(spikes);
}

void SpikeFileWriter::advance(Time until) {
  constexpr std::uint64_t bytes_per_spike = 16;
  if (implementation_->file.commit_is_due(bytes_per_spike * (implementation_->count() - implementation_->committed)))
    commit(until);
}

void SpikeFileWriter::commit(Time until) {
  auto& populations = implementation_->populations;
  for (auto& population : populations) population.sync();
  implementation_->file.commit(until, [&populations] {
    for (auto& population : populations) population.commit();
  });
  implementation_->committed = implementation_->count();
}

void SpikeFileWriter::finish(std::span<const std::pair<std::string, std::uint64_t>> counts,
                             std::optional<Time> stop) {
  for (auto& population : implementation_->populations) population.finish(stop);
  implementation_->populations.clear();
  implementation_->file.finish(counts, stop);
}

namespace {

// A name beside a file that nobody else has; what goes by it is removed with it.
class NameBeside {
 public:
  explicit NameBeside(const std::filesystem::path& path) : name_(path.string() + ".by_id_XXXXXX") {
    const int descriptor = ::mkstemp(name_.data());
    if (descriptor < 0) throw_file_error("create", name_, errno);
    ::close(descriptor);
  }
  NameBeside(const NameBeside&) = delete;
  NameBeside& operator=(const NameBeside&) = delete;
  ~NameBeside() {
    std::error_code ignored;
    std::filesystem::remove(name_, ignored);
    std::filesystem::remove(part_path(name_), ignored);
    std::filesystem::remove(hdf5::journal_path(part_path(name_)), ignored);
  }
  std::filesystem::path path() const { return name_; }

 private:
  std::string name_;
};

void write_by_id(SpikeFile& file, const std::filesystem::path& path, std::span<const std::pair<std::string, std::uint64_t>> counts) {
  std::vector<SpikeFilePopulation> populations;
  for (const RecordedPopulation& p : file.populations)
    populations.push_back({p.name, p.size.value_or(0), p.recorded, SpikeSorting::by_id});
  SpikeFileWriter writer(path, populations, file.provenance.value_or(Provenance{}));
  for (std::size_t i = 0; i < populations.size(); ++i) {
    std::vector<Spike>& spikes = file.populations[i].spikes;
    std::sort(spikes.begin(), spikes.end(), [](const Spike& a, const Spike& b) {
      return a.neuron != b.neuron ? a.neuron < b.neuron : a.time < b.time;
    });
    writer.append(i, spikes);
  }
  writer.finish(counts);
}

}  // namespace

void sort_spike_file_by_id(const std::filesystem::path& path,
                           std::span<const std::pair<std::string, std::uint64_t>> counts) {
  SpikeFile file = read_spike_file(path);
  const NameBeside sorted(path);
  const std::filesystem::perms access = std::filesystem::status(path).permissions();
  write_by_id(file, sorted.path(), counts);
  std::filesystem::permissions(sorted.path(), access);
  publish(sorted.path(), path);
}

std::uint64_t SpikeFileWriter::spike_count(std::size_t population) const {
  return implementation_->population(population).count();
}

std::size_t SpikeFileWriter::buffered_bytes() const {
  std::size_t bytes = 0;
  for (const auto& population : implementation_->populations) bytes += population.buffered_bytes();
  return bytes;
}

}  // namespace synop
