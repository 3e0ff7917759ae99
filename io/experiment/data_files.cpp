#include "synop/io/experiment/data_files.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/csv/csv_table.hpp"
#include "synop/io/experiment/detail/value.hpp"
#include "synop/io/hdf5/connection_file.hpp"
#include "synop/io/spike_input.hpp"

namespace synop {

namespace {

void check_times(const CsvTable& table, std::string_view column) {
  const std::span<const double> times = table.values(column);
  for (std::size_t row = 0; row < times.size(); ++row)
    if (!detail::time_span.contains(times[row]))
      table.refuse(row, column,
                   fmt::format("value {} ms is out of range; allowed: {} ms", times[row], detail::time_span.text()));
}

// The list of trains alone may exceed the memory, whatever is in the file.
void refuse_if_too_many(std::uint32_t neurons) {
  const double needed = static_cast<double>(neurons) * sizeof(std::vector<Time>);
  const auto available = static_cast<double>(available_memory());
  if (needed > available)
    throw Error(ErrorKind::memory, fmt::format("the spike trains of {} neurons need about {:.3g} GB and {:.3g} GB are "
                                               "available",
                                               neurons, needed * 1e-9, available * 1e-9));
}

std::vector<double> optional_column(const CsvTable& table, std::string_view column) {
  if (!table.has(column)) return {};
  const std::span<const double> values = table.values(column);
  return {values.begin(), values.end()};
}

// Whether the file has the header of our own small format.
bool has_plain_header(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string line;
  while (std::getline(in, line)) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    if (line.empty() || line.front() == '#') continue;
    return line == "neuron,time_ms" || line == "time_ms,neuron";
  }
  return false;
}

std::vector<std::vector<Time>> read_plain_file(const std::filesystem::path& path, std::uint32_t neuron_count) {
  const CsvTable table = CsvTable::read(path);
  const std::vector<std::uint32_t> neurons = table.ids("neuron", neuron_count);
  check_times(table, "time_ms");
  const std::span<const double> times = table.values("time_ms");
  std::vector<std::vector<Time>> trains(neuron_count);
  for (std::size_t row = 0; row < neurons.size(); ++row) trains[neurons[row]].push_back(Time::from_ms(times[row]));
  for (std::vector<Time>& train : trains) std::sort(train.begin(), train.end());
  return trains;
}

}  // namespace

ConnectionList read_connection_file(const std::filesystem::path& path, std::uint32_t source_count,
                                    std::uint32_t target_count) {
  const std::string ending = path.extension().string();
  if (ending == ".h5" || ending == ".hdf5") return read_hdf5_connections(path, source_count, target_count);
  constexpr std::string_view allowed[] = {"source", "target", "weight", "delay"};
  const CsvTable table = CsvTable::read(path);
  table.allow_only(allowed);
  if (table.has("delay")) check_times(table, "delay");
  return {.sources = table.ids("source", source_count),
          .targets = table.ids("target", target_count),
          .weights = optional_column(table, "weight"),
          .delays_ms = optional_column(table, "delay")};
}

Positions read_position_file(const std::filesystem::path& path, std::uint32_t neuron_count) {
  constexpr std::string_view allowed[] = {"x", "y", "z"};
  const CsvTable table = CsvTable::read(path);
  table.allow_only(allowed);
  if (table.rows() != neuron_count)
    throw Error(ErrorKind::input, fmt::format("'{}' has {} rows; allowed: one for each of the {} neurons", path.string(),
                                              table.rows(), neuron_count));
  Positions positions{.dimensions = static_cast<int>(table.columns().size()), .points = {}};
  positions.points.resize(neuron_count);
  for (std::size_t k = 0; k < table.columns().size(); ++k) {
    const std::span<const double> values = table.values(allowed[k]);
    for (std::size_t i = 0; i < values.size(); ++i) positions.points[i][k] = values[i];
  }
  return positions;
}

namespace {

// The one population of the file, or the one of that name.
const SpikeInput& find_spikes(const std::vector<SpikeInput>& inputs, const std::filesystem::path& path, std::string_view population) {
  if (population.empty() && inputs.size() == 1) return inputs.front();
  std::vector<std::string_view> known;
  for (const SpikeInput& input : inputs) {
    if (input.population == population && !population.empty()) return input;
    known.push_back(input.population);
  }
  if (population.empty())
    throw Error(ErrorKind::input, fmt::format("'{}' holds the spikes of {} populations; spike_population names one of them: {}",
                                              path.string(), inputs.size(), fmt::join(known, ", ")));
  throw Error(ErrorKind::input, fmt::format("'{}' holds no spikes of a population '{}'{}", path.string(), population,
                                            did_you_mean(population, known)));
}

}  // namespace

std::vector<std::vector<Time>> read_spike_time_file(const std::filesystem::path& path, std::uint32_t neuron_count,
                                                    std::string_view population, std::vector<std::string>& assumptions) {
  refuse_if_too_many(neuron_count);
  if (population.empty() && has_plain_header(path)) return read_plain_file(path, neuron_count);
  const std::vector<SpikeInput> inputs = read_spike_input(path);
  const SpikeInput& spikes = find_spikes(inputs, path, population);
  if (!spikes.assumption.empty()) assumptions.push_back(spikes.assumption);
  return trains_of(spikes, neuron_count);
}

}  // namespace synop
