#include "synop/io/run/run_files.hpp"

#include "synop/io/hdf5/weight_file.hpp"
#include "synop/io/version.hpp"

namespace synop {

Provenance provenance_of(const Experiment& experiment, const RunOptions& options, Time start, Time stop) {
  return {.experiment_text = experiment.effective_text,
          .command_line = options.command_line,
          .version = std::string(version()),
          .seed = experiment.seed,
          .start = start,
          .stop = stop};
}

void write_weight_file(const Experiment& experiment, const Simulation& simulation,
                       std::span<const std::uint32_t> projections, const std::filesystem::path& path,
                       const Provenance& provenance) {
  WeightFileWriter writer(path, provenance);
  for (const std::uint32_t p : projections) {
    const ProjectionSection& section = experiment.projections[p];
    const Simulation::SynapseView view = simulation.synapses({p});
    writer.add({section.name, experiment.populations[section.source.population].name,
                experiment.populations[section.target.population].name},
               view.sources, view.targets, view.weights);
  }
  writer.finish();
}

}  // namespace synop
