#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/weight_course_file.hpp"

namespace synop {

// The weight_recorders of an experiment at work, each with a file <name>.h5. A sample costs a pass over all synapses of
// the projection.
class WeightRecording {
 public:
  // Creates the files. Throws Error(model), with the position, where a recorder finds no synapse.
  WeightRecording(const Experiment& experiment, const Simulation& simulation, const std::filesystem::path& folder,
                  const Provenance& provenance, CommitPolicy policy);

  // The next instant at which weights are sampled: the run has to stop there.
  Time next_sample() const;
  void advance(Time now);  // takes the samples of this instant
  void finish(Time stop, std::vector<std::string>& files);

 private:
  struct Course {
    std::string file;
    ProjectionId projection;
    std::vector<std::size_t> chosen;  // of the projection's synapses
    Delay interval;
    Time next;
    Time stop;
    WeightCourseWriter writer;
  };

  void add(const Experiment& experiment, const RecorderSection& recorder, const std::filesystem::path& folder,
           const Provenance& provenance, CommitPolicy policy);

  const Simulation& simulation_;
  std::vector<Course> courses_;
};

}  // namespace synop
