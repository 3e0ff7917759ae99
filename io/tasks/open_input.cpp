#include "synop/io/tasks/open_input.hpp"

#include <algorithm>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/events/event_files.hpp"
#include "synop/io/events/event_hdf5.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/tasks/detail/first_failure.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"
#include "synop/io/tasks/patches.hpp"
#include "synop/io/tasks/saccades.hpp"

namespace synop {

namespace {

using Source = DatasetSection::Source;

std::uint64_t samples_needed(const TaskSection& task) {
  std::uint64_t needed = 0;
  for (const PhaseSection& phase : task.phases) needed = std::max(needed, std::uint64_t{phase.first} + phase.samples);
  return needed;
}

ImageSet load_images(const TaskSection& task) {
  if (task.dataset.is_generated()) return generate_digits(task.dataset.seed, 0, samples_needed(task));
  return read_idx_folder(task.dataset.path);
}

Encoder encoder_of(const EncoderSection& section) {
  if (section.type == "regular_rate") return RegularRate{section.max_rate, section.random_phase};
  if (section.type == "direct_current") return DirectCurrent{section.max_current};
  if (section.type == "latency")
    return Latency{section.logarithmic ? Latency::Course::logarithmic : Latency::Course::linear, section.t_max,
                   section.tau, section.threshold};
  return PoissonRate{section.max_rate};
}

std::unique_ptr<EventSet> open_events(const TaskSection& task) {
  const DatasetSection& dataset = task.dataset;
  const EventOrder order = dataset.sort_events ? EventOrder::any : EventOrder::ascending;
  if (dataset.source == Source::synthetic_saccades) return saccade_events(load_images(task), {dataset.threshold});
  if (dataset.source == Source::event_hdf5)
    return open_event_hdf5(dataset.path, dataset.channels, dataset.classes, order);
  const bool csv = dataset.source == Source::event_csv;
  return open_event_files(dataset.path,
                          {.format = csv ? EventFileOptions::Format::csv : EventFileOptions::Format::address_bin,
                           .geometry = {dataset.width, dataset.height, dataset.polarities},
                           .classes = dataset.classes,
                           .time_unit = dataset.time_unit,
                           .order = order});
}

}  // namespace

ImageSet shown_images(const Experiment& experiment, ImageSet images) {
  const std::optional<PatchSection>& patch = experiment.task->dataset.patch;
  if (!patch) return images;
  try {
    return patches_of(images, {patch->rows, patch->columns, patch->least_intensity}, experiment.seed);
  } catch (const Error& error) {
    throw experiment_error(patch->where.at("size"), error.what());
  }
}

std::unique_ptr<TaskInput> open_task_input(const Experiment& experiment) {
  const TaskSection& task = *experiment.task;
  const DatasetSection& dataset = task.dataset;
  if (dataset.is_events()) return event_input(open_events(task));
  const Encoder encoder = encoder_of(task.encoder);
  if (dataset.source == Source::csv)
    return encoded_vectors(read_vector_csv(dataset.path, dataset.classes, {dataset.low, dataset.high}), encoder,
                           experiment.seed);
  return encoded_images(shown_images(experiment, load_images(task)), encoder, experiment.seed);
}

void check_samples(const TaskSection& task, const TaskInput& input, int threads) {
  for (const PhaseSection& phase : task.phases) {
    FirstFailure failure;
    const std::int64_t first = phase.first, end = first + phase.samples;
#pragma omp parallel for schedule(dynamic, 16) num_threads(resolved_threads(threads))
    for (std::int64_t i = first; i < end; ++i)
      if (interrupted_by() == 0) failure.guard(i, [&] { input.check(static_cast<std::uint64_t>(i)); });
    failure.rethrow();
  }
}

}  // namespace synop
