#include "synop/io/tasks/ann_comparison.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/tasks/baselines.hpp"

namespace synop {

namespace {

constexpr const char* default_tables[] = {"horowitz45_fp32_compute", "horowitz45_fp32_sram"};

// The images of all training phases, one after the other; those that are labelled where the weights are given and nothing
// is trained.
ImageSet training_images(const TaskSection& task, const ImageSet& images) {
  ImageSet selected = images.slice(0, 0);
  const bool trains = std::any_of(task.phases.begin(), task.phases.end(),
                                  [](const PhaseSection& phase) { return phase.role == PhaseSection::Role::train; });
  for (const PhaseSection& phase : task.phases) {
    if (phase.role != (trains ? PhaseSection::Role::train : PhaseSection::Role::label)) continue;
    const ImageSet part = images.slice(phase.first, phase.samples);
    selected.pixels.insert(selected.pixels.end(), part.pixels.begin(), part.pixels.end());
    selected.labels.insert(selected.labels.end(), part.labels.begin(), part.labels.end());
  }
  return selected;
}

// The images of the phase that is compared.
ImageSet test_images(const TaskSection& task, const ImageSet& images, const PhaseResult& test) {
  const auto phase = std::find_if(task.phases.begin(), task.phases.end(),
                                  [&](const PhaseSection& p) { return p.name == test.name; });
  return images.slice(phase->first, test.samples);
}

// The operations and accuracies of conventional networks that learn from `train`; `accuracy` is that of the linear one.
std::vector<BaselineResult> baselines_of(const LinearClassifier& linear, double accuracy, const ImageSet& train,
                                         const ImageSet& test, std::size_t neurons) {
  const std::size_t pixels = train.pixels_per_image();
  const std::size_t layers[] = {pixels, class_count};
  const std::size_t same_fan_in[] = {pixels, neurons};
  const auto zeros = static_cast<double>(std::count(test.pixels.begin(), test.pixels.end(), 0));
  const double density = 1.0 - zeros / static_cast<double>(test.pixels.size());
  return {{"nearest centroid", dense_ann_operations(layers, false), nearest_centroid_accuracy(train, test),
           {pixels, class_count}, false, density, train.size() * pixels},
          {"linear classifier (softmax regression)", dense_ann_operations(layers), accuracy,
           {pixels, class_count}, true, density, linear.training_macs()},
          {fmt::format("ANN of the same fan-in, {}-{}, dense, not trained", pixels, neurons),
           dense_ann_operations(same_fan_in), {}, {pixels, neurons}, true, density}};
}

std::vector<std::string> tables_of(const Experiment& experiment) {
  if (!experiment.energy.tables.empty()) return experiment.energy.tables;
  return {std::begin(default_tables), std::end(default_tables)};
}

}  // namespace

void compare_with_anns(const Experiment& experiment, const ImageSet& images, TaskResult& result) {
  const TaskSection& task = *experiment.task;
  const PhaseResult* const phase = result.test();
  const ImageSet train = training_images(task, images);
  if (train.size() == 0 || phase == nullptr) return;
  const ImageSet test = test_images(task, images, *phase);
  const LinearClassifier linear = LinearClassifier::train(train);
  const double accuracy = linear.accuracy(test);
  result.test_hash = hash_of(test);
  result.baselines = baselines_of(linear, accuracy, train, test, experiment.populations[task.readout].size);
  const std::size_t pixels = images.pixels_per_image();
  const std::size_t layers[] = {pixels, class_count};
  const AnnBaseline ann{"linear classifier", dense_ann_operations(layers), accuracy,
                        {ann_work(dense_layer("linear classifier", pixels, class_count, true), Traffic::every_use)}};
  for (const std::string& name : tables_of(experiment)) {
    const PriceTable& table = find_price_table(name);
    const SpikingWork work = spiking_work(phase->ledger, {.clocked = table.clocked});
    const SpikingRun spiking{total(work.inference), phase->samples, result.synapses, *phase->accuracy, work.inference};
    result.comparisons.push_back(compare(spiking, ann, table));
  }
}

}  // namespace synop
