#include "synop/io/run/weight_recording.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/io/experiment/compose.hpp"

namespace synop {

namespace {

bool contains(const std::optional<PopulationSlice>& slice, std::uint32_t neuron) {
  return !slice || (neuron >= slice->first && neuron < slice->last);
}

}  // namespace

WeightRecording::WeightRecording(const Experiment& experiment, const Simulation& simulation,
                                 const std::filesystem::path& folder, const Provenance& provenance, CommitPolicy policy)
    : simulation_(simulation) {
  for (const RecorderSection& recorder : experiment.recorders)
    if (recorder.kind == RecorderSection::Kind::weight_recorder)
      add(experiment, recorder, folder, provenance, policy);
}

void WeightRecording::add(const Experiment& experiment, const RecorderSection& recorder,
                          const std::filesystem::path& folder, const Provenance& provenance, CommitPolicy policy) {
  const ProjectionSection& projection = experiment.projections[recorder.projection];
  const Simulation::SynapseView view = simulation_.synapses({recorder.projection});
  WeightCourseDescription description{{projection.name, experiment.populations[projection.source.population].name,
                                       experiment.populations[projection.target.population].name},
                                      projection.weight_unit,
                                      {},
                                      {},
                                      recording_start(experiment, recorder),
                                      recorder.interval};
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < view.sources.size(); ++i) {
    if (!contains(recorder.from, view.sources[i]) || !contains(recorder.onto, view.targets[i])) continue;
    chosen.push_back(i);
    description.sources.push_back(view.sources[i]);
    description.targets.push_back(view.targets[i]);
  }
  if (chosen.empty())
    throw experiment_error(recorder.where.at("projection"),
                           fmt::format("'{}' records no synapse of '{}': the projection has none there", recorder.name,
                                       projection.name));
  const std::string file = recorder.name + ".h5";
  courses_.push_back({file, {recorder.projection}, std::move(chosen), recorder.interval, description.start,
                      std::min(recorder.stop, provenance.stop),
                      WeightCourseWriter(folder / file, description, provenance, policy)});
}

Time WeightRecording::next_sample() const {
  Time next = Time::never();
  for (const Course& course : courses_)
    if (course.next < course.stop) next = std::min(next, course.next);
  return next;
}

void WeightRecording::advance(Time now) {
  for (Course& course : courses_) {
    if (course.next == now && course.next < course.stop) {
      const std::vector<double> all = simulation_.synapses(course.projection).weights;
      std::vector<double> weights;
      weights.reserve(course.chosen.size());
      for (const std::size_t i : course.chosen) weights.push_back(all[i]);
      course.writer.append(weights);
      course.next = course.next + course.interval;
    }
    course.writer.advance(now);
  }
}

void WeightRecording::finish(Time stop, std::vector<std::string>& files) {
  for (Course& course : courses_) {
    course.writer.finish(stop);
    files.push_back(course.file);
  }
}

}  // namespace synop
