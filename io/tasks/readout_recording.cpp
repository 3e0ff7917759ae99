#include "synop/io/tasks/readout_recording.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/journal.hpp"
#include "synop/io/interrupt.hpp"

namespace synop {

ReadoutRecording::ReadoutRecording(const Experiment& experiment, const std::filesystem::path& folder,
                                   const Provenance& provenance, std::span<const Spike> before, Time before_until) {
  const PopulationSection& readout = experiment.populations[experiment.task->readout];
  if (experiment.output.spikes)
    spikes_.emplace(folder / "spikes.h5", std::vector<SpikeFilePopulation>{{readout.name, readout.size}}, provenance);
  if (experiment.output.csv) csv_.emplace(folder / "spikes.csv", std::vector<std::string>{readout.name});
  if (spikes_) spikes_->append(0, before);
  if (csv_) csv_->append(0, before);
  if (before_until > Time{}) commit(before_until);
}

void ReadoutRecording::commit(Time until) {
  if (spikes_) spikes_->commit(until);
}

std::vector<std::string> ReadoutRecording::finish(Time until) {
  const std::pair<std::string, std::uint64_t> counts[] = {{"stopped_at_ps", static_cast<std::uint64_t>(until.ticks)},
                                                          {"interrupted_by", static_cast<std::uint64_t>(interrupted_by())}};
  if (spikes_) spikes_->finish(counts, until);
  if (csv_) csv_->finish();
  std::vector<std::string> files;
  if (spikes_) files.emplace_back("spikes.h5");
  if (csv_) files.emplace_back("spikes.csv");
  return files;
}

namespace {

constexpr const char* aside = "spikes.before.h5";

// With what the journal of a killed run adds. At whatever step this is cut short, it can be done again.
void put_aside(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (const auto journal = hdf5::read_journal(from)) hdf5::put_in_place(*journal, from);
  publish(from, to);
  hdf5::remove_journal(from);
}

}  // namespace

std::vector<Spike> recorded_before(const Experiment& experiment, const std::filesystem::path& folder, Time until) {
  if (!experiment.output.spikes) return {};
  const std::filesystem::path path = folder / aside;
  for (const std::filesystem::path& left : {part_path(folder / "spikes.h5"), folder / "spikes.h5"})
    if (!std::filesystem::exists(path) && std::filesystem::exists(left)) put_aside(left, path);
  if (!std::filesystem::exists(path))
    throw Error(ErrorKind::file, fmt::format("'{}' is gone, in which the spikes before the checkpoint were; --overwrite begins the "
                                             "run anew",
                                             part_path(folder / "spikes.h5").string()));
  SpikeFile file = read_spike_file(path);
  if (file.populations.size() != 1 || file.committed_until.value_or(Time{}) < until)
    throw Error(ErrorKind::input, fmt::format("'{}' does not hold the spikes before {} ms that the checkpoint follows",
                                              path.string(), until.ms()));
  std::vector<Spike> spikes = std::move(file.populations.front().spikes);
  spikes.erase(std::lower_bound(spikes.begin(), spikes.end(), Spike{until, 0}), spikes.end());
  return spikes;
}

void forget_recorded(const std::filesystem::path& folder) { remove_file(folder / aside); }

}  // namespace synop
