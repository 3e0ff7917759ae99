#include "synop/io/deployment/image.hpp"

#include <bit>
#include <cstring>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/deployment/footprint.hpp"

namespace synop {

namespace {

// Fills an image whose size is known, from its start: where an array begins is its offset.
class Writer {
 public:
  Writer(std::uint64_t bytes, std::pmr::memory_resource* memory) : image_(bytes, memory) {}

  template <class T>
  std::uint32_t put(const T& value) {
    const std::uint64_t offset = size_;
    size_ += sizeof(T);
    if (size_ > image_.size())
      throw Error(ErrorKind::internal,
                  fmt::format("a deployed network takes more than the predicted {} bytes", image_.size()));
    std::memcpy(image_.bytes().data() + offset, &value, sizeof(T));
    return static_cast<std::uint32_t>(offset);
  }
  // Unsigned integers of 1, 2 or 4 bytes.
  template <class Values>
  std::uint32_t put_narrow(const Values& values, std::uint32_t width) {
    const auto offset = static_cast<std::uint32_t>(size_);
    for (const std::uint32_t value : values) {
      if (width == 1) put(static_cast<std::uint8_t>(value));
      if (width == 2) put(static_cast<std::uint16_t>(value));
      if (width == 4) put(value);
    }
    return pad(), offset;
  }
  std::uint32_t put_weights(const std::vector<double>& values, WeightType type) {
    if (type == WeightType::int8) return put_as<std::int8_t>(values);
    return type == WeightType::int16 ? put_as<std::int16_t>(values) : put_as<float>(values);
  }
  std::uint32_t put_state(const std::vector<double>& values, StateType type) {
    if (type == StateType::int16) return put_as<std::int16_t>(values);
    return type == StateType::int32 ? put_as<std::int32_t>(values) : put_as<float>(values);
  }
  void replace(std::uint32_t offset, const void* value, std::size_t bytes) {
    std::memcpy(image_.bytes().data() + offset, value, bytes);
  }
  std::uint64_t size() const { return size_; }
  Buffer take() { return std::move(image_); }

 private:
  template <class T>
  std::uint32_t put_as(const std::vector<double>& values) {
    const auto offset = static_cast<std::uint32_t>(size_);
    for (const double value : values) put(static_cast<T>(value));
    return pad(), offset;
  }
  void pad() {
    while (size_ % 4 != 0) put(std::uint8_t{0});
  }

  Buffer image_;
  std::uint64_t size_ = 0;
};

// A number in units of the state, or a factor, as a record holds it.
std::int32_t word(double value, Precision precision) {
  if (precision.integer()) return static_cast<std::int32_t>(value);
  return std::bit_cast<std::int32_t>(static_cast<float>(value));
}

// Hands out the memory of the state.
class StateOffsets {
 public:
  std::uint32_t take(std::uint64_t bytes) {
    const std::uint64_t offset = next_;
    next_ += padded(bytes);
    return static_cast<std::uint32_t>(offset);
  }
  std::uint64_t bytes() const { return next_; }

 private:
  std::uint64_t next_ = 8;  // what DeployedNetwork counts
};

PopulationRecord record_of(const StepNetwork& network, std::uint32_t index, const Quantised& quantised, Writer& writer,
                           StateOffsets& ram) {
  const StepPopulation& p = network.populations[index];
  const QuantisedPopulation& q = quantised.populations[index];
  const Precision precision = quantised.precision;
  PopulationRecord r{.size = p.size, .neurons = !p.source, .kept_steps = kept_steps(network, index)};
  if (!p.source) {
    r.currents = p.currents;
    r.subtracts = p.subtracts;
    r.refractory_width = static_cast<std::uint8_t>(refractory_width(p));
    r.refractory_steps = static_cast<std::uint16_t>(p.refractory_steps);
    r.own_thresholds = p.threshold.size() > 1;
    r.own_initials = p.initial.size() > 1;
    r.decay = word(q.decay, precision);
    for (std::size_t x = 0; x < 2; ++x) {
      r.current_decay[x] = word(q.current_decay[x], precision);
      r.current_gain[x] = word(q.current_gain[x], precision);
    }
    r.reset = word(q.reset, precision);
    r.thresholds = writer.put_state(q.threshold, precision.state);
    r.initials = writer.put_state(q.initial, precision.state);
    const std::uint64_t variable = std::uint64_t{p.size} * bytes_of(precision.state);
    r.potentials = ram.take(variable);
    if (p.currents) r.excitatory = ram.take(variable), r.inhibitory = ram.take(variable);
    r.refractory = ram.take(std::uint64_t{p.size} * r.refractory_width);
  }
  r.spikes = ram.take(std::uint64_t{r.kept_steps} * ((p.size + 7) / 8));
  return r;
}

// The weights of all pairs, 0 where there is no synapse.
std::vector<double> dense_weights(const StepProjection& p, const std::vector<double>& weights, bool without_self) {
  const std::uint64_t columns = p.targets.count - (without_self ? 1 : 0);
  std::vector<double> all(p.sources.count * columns);
  for (std::uint32_t row = 0; row < p.sources.count; ++row)
    for (std::uint32_t i = p.row_begin[row]; i < p.row_begin[row + 1]; ++i) {
      const std::uint32_t target = p.targets_of[i];
      all[row * columns + (without_self && target > row ? target - 1 : target)] = weights[i];
    }
  return all;
}

void put_groups(const StepProjection& p, const ProjectionLayout& layout, Writer& writer, ProjectionRecord& r) {
  std::vector<std::uint32_t> rows{0}, begins, delays;
  for (std::uint32_t row = 0; row < p.sources.count; ++row) {
    for (std::uint32_t i = p.row_begin[row]; i < p.row_begin[row + 1]; ++i)
      if (i == p.row_begin[row] || p.delay[i] != p.delay[i - 1]) begins.push_back(i), delays.push_back(p.delay[i]);
    rows.push_back(static_cast<std::uint32_t>(begins.size()));
  }
  begins.push_back(static_cast<std::uint32_t>(p.synapses()));
  r.rows = writer.put_narrow(rows, layout.row_width);
  r.group_begins = writer.put_narrow(begins, layout.group_width);
  r.group_delays = writer.put_narrow(delays, layout.delay_width);
  r.delays = writer.put_narrow(std::set(delays.begin(), delays.end()), layout.delay_width);
}

ProjectionRecord record_of(const StepProjection& p, const QuantisedProjection& q, Precision precision, Writer& writer) {
  const ProjectionLayout layout = layout_of(p, precision.weights);
  ProjectionRecord r{.source = static_cast<std::uint16_t>(p.source),
                     .target = static_cast<std::uint16_t>(p.target),
                     .first_source = p.sources.first,
                     .sources = p.sources.count,
                     .first_target = p.targets.first,
                     .targets = p.targets.count,
                     .connectivity = static_cast<std::uint8_t>(layout.connectivity),
                     .grouped = layout.grouped,
                     .one_weight = p.one_weight,
                     .shift = static_cast<std::uint8_t>(q.shift),
                     .target_width = static_cast<std::uint8_t>(layout.target_width),
                     .row_width = static_cast<std::uint8_t>(layout.row_width),
                     .group_width = static_cast<std::uint8_t>(layout.group_width),
                     .delay_width = static_cast<std::uint8_t>(layout.delay_width),
                     .distinct_delays = layout.distinct_delays};
  if (p.one_weight) r.weight = q.weight.empty() ? 0 : word(q.weight[0], precision);
  if (p.one_delay) r.delay = p.delay.empty() ? 0 : p.delay[0];
  const bool rows = layout.connectivity == Connectivity::rows;
  if (!p.one_weight)
    r.weights = writer.put_weights(
        rows ? q.weight : dense_weights(p, q.weight, layout.connectivity == Connectivity::dense_without_self),
        precision.weights);
  if (!rows) return r;
  r.target_indices = writer.put_narrow(p.targets_of, layout.target_width);
  if (layout.grouped)
    put_groups(p, layout, writer, r);
  else
    r.rows = writer.put_narrow(p.row_begin, layout.row_width);
  return r;
}

void check_sizes(const StepNetwork& network, const Footprint& f) {
  constexpr std::uint64_t most = 65535, most_bytes = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t parts = std::max(network.populations.size(), network.projections.size());
  if (parts > most)
    throw Error(ErrorKind::model,
                fmt::format("a deployed network has at most {} populations and projections, not {}", most, parts));
  for (const Memory memory : {Memory::flash, Memory::ram})
    if (f.bytes(memory) > most_bytes)
      throw Error(ErrorKind::model, fmt::format("the network takes {} bytes of {}; an image reaches {} of them",
                                                f.bytes(memory), name(memory), most_bytes));
}

}  // namespace

Buffer make_image(const StepNetwork& network, const Quantised& quantised, std::pmr::memory_resource* memory) {
  const Precision precision = quantised.precision;
  const Footprint predicted = footprint(network, precision);
  check_sizes(network, predicted);
  Writer writer(predicted.bytes(Memory::flash), memory);
  StateOffsets ram;
  ImageHeader header{.weights = static_cast<std::uint8_t>(precision.weights),
                     .state = static_cast<std::uint8_t>(precision.state),
                     .step_ps = static_cast<std::uint64_t>(network.step.ticks),
                     .populations = static_cast<std::uint16_t>(network.populations.size()),
                     .projections = static_cast<std::uint16_t>(network.projections.size())};
  writer.put(header);
  std::vector<std::uint32_t> population_at, projection_at;
  for (std::size_t i = 0; i < network.populations.size(); ++i) population_at.push_back(writer.put(PopulationRecord{}));
  for (std::size_t i = 0; i < network.projections.size(); ++i) projection_at.push_back(writer.put(ProjectionRecord{}));
  header.order = writer.put_narrow(network.order, 2);
  for (std::uint32_t i = 0; i < network.populations.size(); ++i) {
    const PopulationRecord record = record_of(network, i, quantised, writer, ram);
    writer.replace(population_at[i], &record, sizeof(record));
  }
  for (std::size_t i = 0; i < network.projections.size(); ++i) {
    const ProjectionRecord record = record_of(network.projections[i], quantised.projections[i], precision, writer);
    writer.replace(projection_at[i], &record, sizeof(record));
  }
  header.image_bytes = static_cast<std::uint32_t>(writer.size());
  header.ram_bytes = static_cast<std::uint32_t>(ram.bytes());
  writer.replace(0, &header, sizeof(header));
  if (writer.size() != predicted.bytes(Memory::flash) || ram.bytes() != predicted.bytes(Memory::ram))
    throw Error(ErrorKind::internal,
                fmt::format("a deployed network takes {} and {} bytes, predicted were {} and {}", writer.size(),
                            ram.bytes(), predicted.bytes(Memory::flash), predicted.bytes(Memory::ram)));
  return writer.take();
}

const ImageHeader& header_of(std::span<const std::byte> image) {
  return *reinterpret_cast<const ImageHeader*>(image.data());
}

}  // namespace synop
