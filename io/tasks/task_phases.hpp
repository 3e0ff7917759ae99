#pragma once

#include <iosfwd>

#include "synop/io/energy/power_meter.hpp"
#include "synop/io/run/run_options.hpp"
#include "synop/io/tasks/phase_runner.hpp"
#include "synop/io/tasks/presenter.hpp"
#include "synop/io/tasks/sample_batch.hpp"
#include "synop/io/tasks/task_record.hpp"

namespace synop {

// Goes through the phases of a task, from what the experiment's `learned` file holds, if there is one. Training is one
// sample after the other; with everything held fast, samples do not depend on each other and are presented on all
// threads.
class TaskPhases final : public PhaseRunner {
 public:
  // Everything must outlive the phases. Throws what read_learned_file() throws.
  TaskPhases(const Experiment& experiment, const TaskInput& input, const RunOptions& options, int threads,
             std::ostream& err, TaskRecord& record);

  PhaseResult run(std::uint32_t phase, std::uint32_t done, const PhaseResult& so_far,
                  const AfterSample& after_sample) override;

  std::vector<std::byte> save_state() override;
  void load_state(std::span<const std::byte> bytes) override;

  std::uint64_t synapses() const override { return network_.synapse_count(); }
  std::vector<std::string> assumptions() const override { return assumptions_; }
  const Simulation* simulation() const override { return &training_.simulation(); }

 private:
  int label_of(std::uint64_t sample) const { return static_cast<int>(input_.label(sample)); }
  void begin_training(const PhaseSection& phase);
  void train(const PhaseSection& phase, std::uint64_t sample_base, std::uint32_t done,
             const std::function<void(std::uint32_t, PhaseResult&)>& after_sample, PhaseResult& result);
  void hold(const PhaseSection& phase, std::uint64_t sample_base, PhaseResult& result);
  // The test once more for each grid of energy.spike_grids; nothing of it is recorded or counted.
  void test_on_grids(const PhaseSection& phase, std::uint64_t sample_base, SampleBatch& batch, PhaseResult& result);
  void normalize();

  const Experiment& experiment_;
  const TaskSection& task_;
  std::vector<std::string> assumptions_;
  const Network network_;
  const TaskInput& input_;
  const RunOptions& options_;
  int threads_;
  std::ostream& err_;
  TaskRecord& record_;
  Presenter training_;
  PowerMeter meter_;
  std::vector<std::uint64_t> in_flight_before_;  // the phase that learns, by projection
};

}  // namespace synop
