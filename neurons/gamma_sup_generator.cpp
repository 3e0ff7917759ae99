#include "synop/neurons/gamma_sup_generator.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;
constexpr double most_ticks = 0x1p62;

class Stream final : public DriveStream {
 public:
  Stream(const GammaSupGenerator& model, RandomStream random, std::uint32_t neurons)
      : random_(random),
        active_(model.active),
        neurons_(neurons),
        stages_(static_cast<std::uint32_t>(model.gamma_shape)),
        processes_(static_cast<std::uint32_t>(model.n_proc)),
        mean_ticks_(1e12 / (model.rate * model.n_proc * model.gamma_shape * neurons)) {
    restart(0);
  }

  // In equilibrium every stage is as probable as any other.
  void restart(std::uint64_t trial) override {
    random_.seek(detail::substream_of(trial));
    in_stage_.assign(std::size_t{neurons_} * stages_, 0);
    for (std::uint32_t i = 0; i < neurons_; ++i)
      for (std::uint32_t k = 0; k < processes_; ++k) ++in_stage_[std::size_t{i} * stages_ + random_.below(stages_)];
    last_ = active_.start;
    rest_ = 0.0;
  }
  void generate(DriveEvents& events) override {
    events.resize(0);
    while (events.size() < batch) {
      const double ticks = rest_ + random_.exponential() * mean_ticks_;
      if (!(ticks < most_ticks) || Delay{static_cast<std::int64_t>(ticks)} >= active_.stop - last_) {
        last_ = active_.stop;
        return;
      }
      const Delay whole{static_cast<std::int64_t>(ticks)};
      rest_ = ticks - static_cast<double>(whole.ticks);
      last_ = last_ + whole;
      const std::uint32_t neuron = random_.below(neurons_);
      if (!ends_interval(neuron)) continue;
      events.times.push_back(last_);
      events.targets.push_back(neuron);
    }
  }
  void save(StateWriter& writer) override { writer(random_, in_stage_, last_, rest_); }
  void load(StateReader& reader) override { reader(random_, in_stage_, last_, rest_); }

 private:
  // Moves a random process of the neuron to its next stage.
  bool ends_interval(std::uint32_t neuron) {
    std::uint32_t* const in_stage = &in_stage_[std::size_t{neuron} * stages_];
    std::uint32_t process = random_.below(processes_);
    std::uint32_t stage = 0;
    while (process >= in_stage[stage]) process -= in_stage[stage++];
    --in_stage[stage];
    const bool last = stage + 1 == stages_;
    ++in_stage[last ? 0 : stage + 1];
    return last;
  }

  RandomStream random_;
  ActiveTime active_;
  std::uint32_t neurons_;
  std::uint32_t stages_;
  std::uint32_t processes_;
  double mean_ticks_;                    // between ends of stages, infinity if there are none
  std::vector<std::uint32_t> in_stage_;  // processes of a neuron in each stage
  Time last_{};                          // the last end of a stage is at last_ + rest_ ticks
  double rest_ = 0.0;
};

}  // namespace

void GammaSupGenerator::validate() const {
  active.validate("gamma_sup_generator");
  check_range(name_, {"rate", "Hz", {.low = 0.0, .high = 1e9}, ""}, rate);
  check_range(name_, {"gamma_shape", "", {.low = 1.0, .high = largest_shape}, ""}, gamma_shape);
  check_range(name_, {"n_proc", "", {.low = 1.0, .high = most_processes}, ""}, n_proc);
  for (const double whole : {gamma_shape, n_proc})
    if (whole != std::floor(whole))
      throw Error(ErrorKind::model,
                  fmt::format("gamma_sup_generator: gamma_shape and n_proc must be whole numbers, not {}", whole));
}

std::unique_ptr<DriveStream> GammaSupGenerator::make_stream(std::uint64_t seed, std::uint32_t drive,
                                                            std::uint32_t first, std::uint32_t neurons) const {
  validate();
  return std::make_unique<Stream>(*this, RandomStream(seed, Purpose::gamma_drive, first, drive), neurons);
}

}  // namespace synop
