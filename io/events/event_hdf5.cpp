#include "synop/io/events/event_hdf5.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr const char* times_path = "/spikes/times";
constexpr const char* units_path = "/spikes/units";
constexpr const char* labels_path = "/labels";
constexpr double last_second = 9.2e6;
constexpr double ticks_per_second = 1e3 * static_cast<double>(ticks_per_ms);

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::input, message);
}

std::uint32_t label_at(std::span<const std::int64_t> labels, std::size_t sample, std::uint32_t classes,
                       const Hdf5Snapshot& file) {
  if (labels[sample] < 0 || labels[sample] >= std::int64_t{classes})
    refuse(fmt::format("{} holds {} for sample {}; allowed: labels in [0, {})", file.name_of(labels_path),
                       labels[sample], sample, classes));
  return static_cast<std::uint32_t>(labels[sample]);
}

Spike event_of(double seconds, double unit, std::uint32_t channels, const Hdf5Snapshot& file, std::uint64_t sample,
               std::size_t i) {
  if (!(seconds >= 0.0 && seconds < last_second))
    refuse(fmt::format("{}, sample {}, event {}: time {} s is outside [0, {}) s", file.name_of(times_path), sample, i,
                       seconds, last_second));
  if (!(unit >= 0.0 && unit < channels) || unit != std::floor(unit))
    refuse(fmt::format("{}, sample {}, event {}: unit {} is no channel; allowed: integers in [0, {})",
                       file.name_of(units_path), sample, i, unit, channels));
  return {Time{std::llround(seconds * ticks_per_second)}, static_cast<std::uint32_t>(unit)};
}

std::vector<Spike> events_of(std::span<const double> times, std::span<const double> units, std::uint32_t channels,
                             EventOrder order, const Hdf5Snapshot& file, std::uint64_t sample) {
  if (times.size() != units.size())
    refuse(fmt::format("sample {} has {} times in {} but {} units in {}", sample, times.size(),
                       file.name_of(times_path), units.size(), file.name_of(units_path)));
  std::vector<Spike> events;
  events.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i)
    events.push_back(event_of(times[i], units[i], channels, file, sample, i));
  put_in_order(events, order, fmt::format("{}, sample {}", file.name_of(times_path), sample), "event");
  return events;
}

// Numbers are kept as the file has them and checked each time they are read.
class EventHdf5 final : public EventSet {
 public:
  EventHdf5(Hdf5Snapshot file, std::vector<std::uint32_t> labels, std::uint32_t channels, EventOrder order)
      : file_(std::move(file)), labels_(std::move(labels)), channels_(channels), order_(order) {}

  const std::string& origin() const override { return file_.file(); }
  std::uint64_t size() const override { return labels_.size(); }
  std::uint32_t channels() const override { return channels_; }
  std::uint32_t label(std::uint64_t sample) const override { return labels_.at(sample); }
  std::vector<Spike> events(std::uint64_t sample) const override {
    return events_of(file_.number_list(times_path, sample), file_.number_list(units_path, sample), channels_, order_,
                     file_, sample);
  }

 private:
  Hdf5Snapshot file_;
  std::vector<std::uint32_t> labels_;
  std::uint32_t channels_;
  EventOrder order_;
};

}  // namespace

std::unique_ptr<EventSet> open_event_hdf5(const std::filesystem::path& path, std::uint32_t channels,
                                          std::uint32_t classes, EventOrder order, const SnapshotLimits& limits) {
  Hdf5Snapshot file = Hdf5Snapshot::read(path, limits);
  const std::uint64_t times = file.list_count(times_path);
  const std::uint64_t units = file.list_count(units_path);
  const std::vector<std::int64_t> given = file.integers(labels_path);
  if (times != units || times != given.size())
    refuse(fmt::format("'{}' has {} samples in {}, {} in {} and {} in {}; they must be equally many", file.file(),
                       times, times_path, units, units_path, given.size(), labels_path));
  if (times == 0) refuse(fmt::format("'{}' holds no samples", file.file()));
  std::vector<std::uint32_t> labels;
  for (std::size_t i = 0; i < given.size(); ++i) labels.push_back(label_at(given, i, classes, file));
  return std::make_unique<EventHdf5>(std::move(file), std::move(labels), channels, order);
}

}  // namespace synop
