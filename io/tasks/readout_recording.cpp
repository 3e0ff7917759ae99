#include "synop/io/tasks/readout_recording.hpp"

#include "synop/io/interrupt.hpp"

namespace synop {

ReadoutRecording::ReadoutRecording(const Experiment& experiment, const std::filesystem::path& folder,
                                   const Provenance& provenance) {
  const PopulationSection& readout = experiment.populations[experiment.task->readout];
  if (experiment.output.spikes)
    spikes_.emplace(folder / "spikes.h5", std::vector<SpikeFilePopulation>{{readout.name, readout.size}}, provenance);
  if (experiment.output.csv) csv_.emplace(folder / "spikes.csv", std::vector<std::string>{readout.name});
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

}  // namespace synop
