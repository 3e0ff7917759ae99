#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synop/io/hdf5/provenance.hpp"

namespace synop {

struct ProjectionName {
  std::string name;
  std::string source_population;
  std::string target_population;
};

// Writes the synapses of projections with their weights as a SONATA edge file (docs/file_formats.md), a chunk at a
// time. Until finish() the file is called <path>.part. Errors of the disk are Error(file).
class WeightFileWriter {
 public:
  WeightFileWriter(std::filesystem::path path, const Provenance& provenance);
  WeightFileWriter(WeightFileWriter&&) noexcept;
  WeightFileWriter& operator=(WeightFileWriter&&) = delete;
  ~WeightFileWriter();

  // Synapse i goes from sources[i] to targets[i], counted from 0 within the populations. Throws Error(usage) unless the
  // three are equally long, Error(model) for a name that cannot be used or is used twice.
  void add(const ProjectionName& projection, std::span<const std::uint32_t> sources,
           std::span<const std::uint32_t> targets, std::span<const double> weights);
  void add(const ProjectionName& projection, std::span<const std::uint64_t> sources,
           std::span<const std::uint64_t> targets, std::span<const double> weights);

  // What a task has learned besides: the adapted thresholds of a population in mV, and the class of each neuron of the
  // readout (-1: none).
  void add_thresholds(const std::string& population, std::span<const double> thresholds);
  void add_classes(std::span<const std::int64_t> classes);

  void finish();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

struct RecordedProjection {
  ProjectionName name;
  std::vector<std::uint64_t> sources;
  std::vector<std::uint64_t> targets;
  std::vector<double> weights;
};

// Reads the edges of a SONATA file that has one group of edges per population, in alphabetical order of their names.
// Throws Error(file) if it cannot be read and Error(input), with the dataset, if its content makes no sense.
std::vector<RecordedProjection> read_weight_file(const std::filesystem::path& path);

}  // namespace synop
