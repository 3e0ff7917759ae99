#include "synop/io/tasks/task_plots.hpp"

#include <algorithm>
#include <cmath>

#include "synop/io/output_folder.hpp"
#include "synop/io/plot/png.hpp"
#include "synop/io/plot/raster.hpp"
#include "synop/io/plot/rate_plot.hpp"

namespace synop {

namespace {

constexpr std::uint32_t gap = 2;  // pixels between the images of two neurons

// The weights from the input onto the readout as tiles of one picture; empty if there are none.
std::string weights_picture(const Experiment& experiment, const Simulation& simulation, const ImageSet& images) {
  const TaskSection& task = *experiment.task;
  const auto& projections = experiment.projections;
  const auto at = std::find_if(projections.begin(), projections.end(), [&](const ProjectionSection& p) {
    return p.source.population == task.input && p.target.population == task.readout;
  });
  if (at == projections.end()) return "";
  const Simulation::SynapseView view = simulation.synapses({static_cast<std::uint32_t>(at - projections.begin())});
  const std::uint32_t neurons = experiment.populations[task.readout].size;
  const auto columns = static_cast<std::uint32_t>(std::ceil(std::sqrt(neurons)));
  const std::uint32_t lines = (neurons + columns - 1) / columns;
  const std::uint32_t width = columns * (images.width + gap), height = lines * (images.height + gap);
  std::vector<double> largest(neurons, 1e-300);
  for (std::size_t i = 0; i < view.weights.size(); ++i)
    largest[view.targets[i]] = std::max(largest[view.targets[i]], view.weights[i]);
  std::vector<std::uint8_t> pixels(std::size_t{width} * height, 40);
  for (std::size_t i = 0; i < view.weights.size(); ++i) {
    const std::uint32_t x = view.targets[i] % columns * (images.width + gap) + view.sources[i] % images.width;
    const std::uint32_t y = view.targets[i] / columns * (images.height + gap) + view.sources[i] / images.width;
    pixels[std::size_t{y} * width + x] =
        static_cast<std::uint8_t>(255.0 * std::clamp(view.weights[i] / largest[view.targets[i]], 0.0, 1.0));
  }
  return grey_png(width, height, pixels);
}

}  // namespace

std::vector<std::string> write_task_plots(const Experiment& experiment, const Simulation* simulation,
                                          const ImageSet* images, std::span<const Spike> spikes, Time start, Time stop,
                                          const std::filesystem::path& folder) {
  std::vector<std::string> files;
  if (const std::string picture = images != nullptr && simulation != nullptr ? weights_picture(experiment, *simulation, *images) : "";
      !picture.empty()) {
    write_text_file(folder / "weights.png", picture);
    files.emplace_back("weights.png");
  }
  if (stop <= start) return files;
  const PopulationSection& readout = experiment.populations[experiment.task->readout];
  const PopulationSpikes population[] = {{readout.name, readout.size, spikes}};
  const PlotOptions options{.title = experiment.name, .start = start, .stop = stop};
  write_text_file(folder / "raster.svg", raster_svg(population, options));
  write_text_file(folder / "rates.svg", rate_svg(population, options, experiment.task->presentation));
  files.emplace_back("raster.svg");
  files.emplace_back("rates.svg");
  return files;
}

}  // namespace synop
