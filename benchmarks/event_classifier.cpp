// Question: does spiking pay on address events? Writes the two sides of it for benchmarks/event_comparison.sh.
//
//   event_classifier EXPERIMENT.toml OUT.csv OUT.json [key=value ...]
//
// trains a linear classifier (io/tasks/baselines.hpp) on how many events each channel has during the presentation, of
// the samples of the phases of training or, without one, of labelling. OUT.csv has its weights as source,target,weight
// for a projection of rule = "explicit" from channels to classes, in units of the largest; biases are left out.
// OUT.json is the classifier itself on such counts, as a file of baselines (docs/file_formats.md) for `synop energy
// --against`.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/tasks/baselines.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"
#include "synop/io/tasks/saccades.hpp"

namespace {

using namespace synop;
using Json = nlohmann::ordered_json;

constexpr unsigned ink_per_event = 32;  // 8 events and more of a channel are one full intensity

ImageSet images_of(const DatasetSection& dataset, std::uint64_t needed) {
  if (dataset.source != DatasetSection::Source::synthetic_saccades)
    throw Error(ErrorKind::usage, "the data set of the task has to be synthetic_saccades");
  return dataset.path.empty() ? generate_digits(dataset.seed, 0, needed) : read_idx_folder(dataset.path);
}

// Counts of events in [0, presentation) as pixels of one long image.
void append_counts(const EventSet& events, const PhaseSection& phase, Delay presentation, ImageSet& counts) {
  for (std::uint64_t sample = phase.first; sample < std::uint64_t{phase.first} + phase.samples; ++sample) {
    std::vector<unsigned> of_channel(events.channels());
    for (const Spike& event : events.events(sample))
      if (event.time < Time{} + presentation) of_channel[event.neuron] += ink_per_event;
    for (const unsigned ink : of_channel) counts.pixels.push_back(static_cast<std::uint8_t>(std::min(ink, 255U)));
    counts.labels.push_back(static_cast<std::uint8_t>(events.label(sample)));
  }
}

void write_weights(const LinearClassifier& linear, std::size_t channels, const std::string& path) {
  double largest = 0.0;
  for (std::size_t i = 0; i < channels; ++i)
    for (std::size_t c = 0; c < class_count; ++c) largest = std::max(largest, std::abs(double{linear.weight(i, c)}));
  std::ofstream out(path);
  out << "source,target,weight\n";
  for (std::size_t i = 0; i < channels; ++i)
    for (std::size_t c = 0; c < class_count; ++c)
      out << fmt::format("{},{},{:.6g}\n", i, c, linear.weight(i, c) / largest);
}

Json baseline(const LinearClassifier& linear, const ImageSet& test) {
  const std::size_t channels = test.pixels_per_image();
  const auto silent = static_cast<double>(std::count(test.pixels.begin(), test.pixels.end(), 0));
  return {{"name", "linear classifier on counts of events"},
          {"accuracy", linear.accuracy(test)},
          {"int8_accuracy", Json()},
          {"training_macs", linear.training_macs()},
          {"layers",
           {{{"name", "1"},
             {"inputs", channels},
             {"outputs", class_count},
             {"weights", channels * class_count},
             {"macs", channels * class_count},
             {"biases", class_count},
             {"density", 1.0 - silent / static_cast<double>(test.pixels.size())}}}}};
}

void run(const std::vector<std::string>& args) {
  const Experiment experiment =
      read_experiment(args[0], std::vector<std::string>(args.begin() + 3, args.end()), model_catalogue());
  if (!experiment.task) throw Error(ErrorKind::usage, "the experiment has no task");
  const TaskSection& task = *experiment.task;
  std::uint64_t needed = 0;
  for (const PhaseSection& phase : task.phases) needed = std::max(needed, std::uint64_t{phase.first} + phase.samples);
  const std::unique_ptr<EventSet> events = saccade_events(images_of(task.dataset, needed), {task.dataset.threshold});
  using Role = PhaseSection::Role;
  const bool trains =
      std::any_of(task.phases.begin(), task.phases.end(), [](const auto& p) { return p.role == Role::train; });
  ImageSet train{.width = events->channels(), .height = 1, .pixels = {}, .labels = {}, .origin = events->origin()},
      test = train;
  for (const PhaseSection& phase : task.phases) {
    if (phase.role == (trains ? Role::train : Role::label)) append_counts(*events, phase, task.presentation, train);
    if (phase.role != Role::test) continue;
    test.pixels.clear();
    test.labels.clear();
    append_counts(*events, phase, task.presentation, test);
  }
  const LinearClassifier linear = LinearClassifier::train(train);
  write_weights(linear, events->channels(), args[1]);
  const Json json{{"schema", "synop.baselines"},
                  {"schema_version", 1},
                  {"made_by", "event_classifier"},
                  {"dataset", events->origin()},
                  {"test_samples", test.size()},
                  {"test_hash", fmt::format("{:016x}", 0)},  // events are not hashed
                  {"baselines", Json::array({baseline(linear, test)})}};
  std::ofstream(args[2]) << json.dump(2) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 3) {
    std::cerr << "usage: event_classifier EXPERIMENT.toml OUT.csv OUT.json [key=value ...]\n";
    return 2;
  }
  try {
    run(args);
  } catch (const std::exception& error) {
    std::cerr << "event_classifier: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
