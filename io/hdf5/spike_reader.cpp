#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/spike_layout.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {

namespace {

[[noreturn]] void refuse_time(const hdf5::Object& dataset, double value, std::size_t row) {
  throw Error(ErrorKind::input,
              fmt::format("{} holds {} at row {}; a spike time must be 0 ms or more and below 9.2e9 ms", dataset.name(),
                          value, row));
}

std::vector<Time> read_times(const hdf5::SpikeDatasets& datasets, std::uint64_t count) {
  std::vector<Time> times;
  times.reserve(count);
  if (datasets.ticks) {
    for (const std::int64_t ticks : hdf5::read_vector<std::int64_t>(*datasets.ticks, 0, count)) {
      if (ticks < 0) refuse_time(*datasets.ticks, static_cast<double>(ticks), times.size());
      times.push_back(Time{ticks});
    }
    return times;
  }
  for (const double ms : hdf5::read_vector<double>(datasets.times, 0, count)) {
    if (!(ms >= 0 && ms < 9.2e9)) refuse_time(datasets.times, ms, times.size());
    times.push_back(Time::from_ms(ms));
  }
  return times;
}

void check_id(std::uint64_t id, std::uint64_t limit, const hdf5::Object& dataset, std::size_t row) {
  if (id >= limit)
    throw Error(ErrorKind::input,
                fmt::format("{} holds the id {} at row {}; it must be below {}", dataset.name(), id, row, limit));
}

RecordedPopulation read_population(const std::string& name, const hdf5::Object& group, bool complete) {
  RecordedPopulation population{.name = name,
                                .size = hdf5::read_count_attribute(group, "size"),
                                .recorded = hdf5::read_count_attribute(group, "recorded"),
                                .spikes = {}};
  const auto datasets = hdf5::open_spike_datasets(group, complete);
  if (!datasets) return population;
  const std::uint64_t count = datasets->count;
  const std::vector<Time> times = read_times(*datasets, count);
  const std::vector<std::uint64_t> ids = hdf5::read_ids(datasets->ids, 0, count);
  const std::uint64_t limit = std::min(population.size.value_or(std::uint64_t{1} << 32), std::uint64_t{1} << 32);
  population.spikes.reserve(count);
  for (std::size_t row = 0; row < count; ++row) {
    check_id(ids[row], limit, datasets->ids, row);
    population.spikes.push_back({times[row], static_cast<std::uint32_t>(ids[row])});
  }
  if (!std::is_sorted(population.spikes.begin(), population.spikes.end()))
    std::sort(population.spikes.begin(), population.spikes.end());
  return population;
}

}  // namespace

SpikeFile read_spike_file(const std::filesystem::path& path) {
  const hdf5::Object root = hdf5::open_file(path);
  SpikeFile file;
  file.provenance = hdf5::read_provenance(root);
  file.complete = hdf5::is_complete(root);
  file.committed_until = hdf5::committed_until(root);
  for (const auto& [name, group] : hdf5::open_spike_populations(root))
    file.populations.push_back(read_population(name, group, file.complete));
  return file;
}

}  // namespace synop
