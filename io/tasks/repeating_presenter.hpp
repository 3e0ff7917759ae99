#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/tasks/sample_presenter.hpp"
#include "synop/io/tasks/task_input.hpp"

namespace synop {

// Presents a sample again, with a raised rate, as long as the readout stays silent and the experiment asks for it.
class RepeatingPresenter : public SamplePresenter {
 public:
  Response present(std::uint64_t sample, std::uint64_t number) final;
  // What is done before each presentation; nothing at first.
  void before_presentations(std::function<void()> prepare) { prepare_ = std::move(prepare); }

 protected:
  explicit RepeatingPresenter(const Experiment& experiment)
      : task_(*experiment.task), neurons_(experiment.populations[task_.readout].size) {}

  // Once: fills in the response, its counts anew, with spikes after those of earlier presentations.
  virtual void present_once(const Showing& showing, Response& response) = 0;
  virtual void end_sample() {}

  const TaskSection& task() const { return task_; }
  // How long the presentations of the response took so far.
  Delay span_of(const Response& response) const { return (task_.presentation + task_.rest) * response.presentations; }

 private:
  const TaskSection& task_;
  std::uint32_t neurons_;  // of the readout
  std::function<void()> prepare_;
};

}  // namespace synop
