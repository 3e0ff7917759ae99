#pragma once

#include <iosfwd>
#include <memory>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/io/nir/clocked_network.hpp"
#include "synop/io/nir/graph.hpp"
#include "synop/io/run/run_options.hpp"
#include "synop/io/tasks/phase_runner.hpp"
#include "synop/io/tasks/repeating_presenter.hpp"
#include "synop/io/tasks/task_record.hpp"

namespace synop::nir {

// Presents samples to a graph in time steps, each from the beginning. What enters are the very spikes that would enter the
// graph in continuous time, one step being what comes in [k dt, (k + 1) dt); a direct current is what the Input gives
// in every step of the presentation. Spikes of step k have the time k dt.
class ClockedPresenter final : public RepeatingPresenter, private Observer {
 public:
  // `source`: a network whose population `task.input` sends what the samples say. All must outlive the presenter.
  ClockedPresenter(const Experiment& experiment, const Graph& graph, const Network& source, const TaskInput& input);

  std::uint64_t synaptic_operations() const { return network_.synaptic_operations(); }

 private:
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;
  void present_once(const Showing& showing, Response& response) override;
  void begin_input(const Showing& showing, Response& response);
  void take_step(std::int64_t step, Delay before, Response& response);

  const TaskInput& input_;
  Delay dt_;
  std::uint32_t input_node_;
  std::uint32_t readout_node_;
  Simulation source_;
  ClockedNetwork network_;
  std::vector<Spike> entering_;  // those that no step has taken
  std::size_t taken_ = 0;
  std::vector<std::vector<std::uint32_t>> now_;  // by node
};

// The phases of a task for a graph in time steps: nothing is learned, samples are presented on all threads.
class ClockedPhases final : public PhaseRunner {
 public:
  // Everything must outlive the phases.
  ClockedPhases(const Experiment& experiment, const TaskInput& input, const RunOptions& options, int threads,
                std::ostream& err, TaskRecord& record);

  PhaseResult run(std::uint32_t phase, std::uint32_t done, const PhaseResult& so_far,
                  const AfterSample& after_sample) override;
  std::uint64_t synapses() const override { return 0; }  // weights of maps are not written out

 private:
  const Experiment& experiment_;
  const TaskInput& input_;
  const RunOptions& options_;
  std::ostream& err_;
  TaskRecord& record_;
  Graph graph_;
  Network source_;
  std::vector<std::unique_ptr<ClockedPresenter>> presenters_;  // one per thread
};

}  // namespace synop::nir
