#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/experiment/source_position.hpp"

namespace synop {

// [task.dataset]
struct DatasetSection {
  enum class Source { generated, idx };
  Source source = Source::generated;
  std::uint64_t seed = 1;      // of generated images
  std::filesystem::path path;  // the folder of the IDX files, relative to the experiment's folder unless absolute
  SourceTable where;
};

// [task.encoder]: pixels become rates, the brightest one max_rate.
struct EncoderSection {
  std::string type = "poisson_rate";
  double max_rate = 63.75;  // Hz
  SourceTable where;
};

// After each sample the incoming weights of every target of a projection are scaled to this sum.
struct NormalizeSection {
  std::uint32_t projection = 0;  // index in Experiment::projections
  double total = 0.0;            // in the projection's weight unit
  SourceTable where;
};

// Repetitions of a sample beyond this would leave no random numbers of their own to it.
inline constexpr std::uint32_t most_repeats = 15;

// A sample that excites fewer than min_spikes is presented again with max_rate raised by rate_step.
struct RepeatSection {
  std::uint32_t min_spikes = 0;
  double rate_step = 0.0;         // Hz
  std::uint32_t max_repeats = 0;  // at most most_repeats
  SourceTable where;
};

// [task.between_samples]
struct BetweenSamplesSection {
  bool reset_state = true;
  std::optional<NormalizeSection> normalize;
  std::optional<RepeatSection> repeat_when_silent;
  SourceTable where;
};

// [[task.phase]]: samples [first, first + samples) of the data set.
struct PhaseSection {
  enum class Role { train, label, test };
  std::string name;
  std::uint32_t first = 0;
  std::uint32_t samples = 0;
  Role role = Role::train;
  bool plasticity = false;   // default: true where the role is train
  bool homeostasis = false;  // the same
  SourceTable where;
};

// [task]: an image classification task.
struct TaskSection {
  std::string type = "unsupervised_classification";
  std::uint32_t input = 0;  // indices in Experiment::populations
  std::uint32_t readout = 0;
  Delay presentation;
  Delay rest;
  DatasetSection dataset;
  EncoderSection encoder;
  BetweenSamplesSection between_samples;
  std::vector<PhaseSection> phases;
  std::string readout_rule = "max_mean_rate";
  SourceTable where;
};

}  // namespace synop
