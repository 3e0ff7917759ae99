#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/core/weight_norm.hpp"
#include "synop/io/experiment/source_position.hpp"

namespace synop {

// Of images only a patch is shown (io/tasks/patches.hpp).
struct PatchSection {
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;
  double least_intensity = 0.0;  // mean of a patch, in [0, 1)
  SourceTable where;
};

// [task.dataset]
struct DatasetSection {
  // Images are generated or from IDX files, vectors from CSV files; events are from files of a sensor or synthetic:
  // images, generated or from IDX files, under saccades.
  enum class Source { generated, idx, csv, event_bin, event_csv, event_hdf5, synthetic_saccades };
  Source source = Source::generated;
  std::uint64_t seed = 1;  // of generated images
  std::filesystem::path path;  // of the files; empty: generated images
  std::uint32_t classes = 10;
  double low = 0.0, high = 1.0;         // csv: the values that are intensity 0 and 1
  std::uint32_t width = 0, height = 0;  // event_bin and event_csv: of the sensor, in pixels
  std::uint32_t polarities = 2;
  std::uint32_t channels = 0;  // event_hdf5
  std::string time_unit;       // event_csv: of files that do not say it
  bool sort_events = false;    // of files; false: times that run backwards are refused
  double threshold = 0.3;      // synthetic_saccades: of log brightness
  std::optional<PatchSection> patch;  // of images that are generated or from IDX files
  SourceTable where;

  bool is_events() const { return source >= Source::event_bin; }
  bool is_generated() const {
    return source == Source::generated || (source == Source::synthetic_saccades && path.empty());
  }
};

// [task.encoder]: how images and vectors become input. What the keys mean is in io/encoders.
struct EncoderSection {
  std::string type = "poisson_rate";  // or regular_rate, latency, direct_current
  double max_rate = 63.75;            // Hz; poisson_rate, regular_rate
  bool random_phase = true;           // regular_rate
  bool logarithmic = false;           // latency
  double t_max = 0.0;                 // ms
  double tau = 20.0;                  // ms; latency, logarithmic
  double threshold = 0.0;             // latency
  double max_current = 0.0;           // pA; direct_current
  SourceTable where;

  bool has_rate() const { return type == "poisson_rate" || type == "regular_rate"; }
};

// Before each sample that is learned, or before each of its presentations, the incoming weights of every target of a
// projection are scaled to this sum or Euclidean length.
struct NormalizeSection {
  enum class Every { sample, presentation };
  std::uint32_t projection = 0;  // index in Experiment::projections
  WeightNorm norm = WeightNorm::sum;
  double size = 0.0;             // in the projection's weight unit
  Every every = Every::sample;
  SourceTable where;
};

// Each presentation of a sample is a trial of its own (Simulation::restart), with random numbers of its own: the first of
// sample number n is trial n * trials_per_sample.
inline constexpr std::uint64_t trials_per_sample = 16;
inline constexpr std::uint32_t most_repeats = trials_per_sample - 1;

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

// [task.readout_rule]: how the readout population answers (io/tasks/readout.hpp).
struct ReadoutRuleSection {
  std::string type = "max_mean_rate";  // or linear, most_spikes, highest_potential
  std::optional<Delay> interval;       // highest_potential: between samples; none: at the end of the presentation
  SourceTable where;

  bool is_labelled() const { return type == "max_mean_rate" || is_linear(); }  // by a phase; or, of the first, an earlier run
  bool is_linear() const { return type == "linear"; }
};

// [task]: a classification task.
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
  ReadoutRuleSection readout_rule;
  std::filesystem::path learned;               // weights.h5 of an earlier run; empty: none
  SourceTable where;

  // Whether samples enter as currents; otherwise the model of the population that they enter by.
  bool is_current() const { return !dataset.is_events() && encoder.type == "direct_current"; }
  static constexpr std::string_view injector = "spike_train_injector";
  std::string_view input_model() const {
    return !dataset.is_events() && encoder.type == "poisson_rate" ? "poisson_population" : injector;
  }
};

}  // namespace synop
