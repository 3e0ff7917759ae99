#include "synop/neurons/mip_generator.hpp"

#include "synop/core/archive.hpp"
#include "synop/core/elementary.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;
constexpr double most_ticks = 0x1p62;

class Stream final : public DriveStream {
 public:
  Stream(const MipGenerator& model, RandomStream mother, RandomStream copies, std::uint32_t neurons)
      : model_(model), mother_(mother), copies_(copies), neurons_(neurons) {
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    mother_.seek(detail::substream_of(trial));
    copies_.seek(detail::substream_of(trial));
    last_ = model_.active.start;
    rest_ = 0.0;
  }
  void generate(DriveEvents& events) override {
    events.resize(0);
    if (model_.p_copy == 0.0) return;
    while (events.size() < batch) {
      const double ticks = rest_ + mother_.exponential() * 1e12 / model_.rate;
      if (!(ticks < most_ticks) || Delay{static_cast<std::int64_t>(ticks)} >= model_.active.stop - last_) {
        last_ = model_.active.stop;
        return;
      }
      const Delay whole{static_cast<std::int64_t>(ticks)};
      rest_ = ticks - static_cast<double>(whole.ticks);
      last_ = last_ + whole;
      copy(events);
    }
  }
  void save(StateWriter& writer) override { writer(mother_, copies_, last_, rest_); }
  void load(StateReader& reader) override { reader(mother_, copies_, last_, rest_); }

 private:
  // The gaps between the neurons that receive a copy are geometric.
  void copy(DriveEvents& events) {
    const double log_miss = model_.p_copy < 1.0 ? log_of_complement(model_.p_copy) : 0.0;
    for (double neuron = 0.0;; neuron += 1.0) {
      if (model_.p_copy < 1.0) {
        const double gap = log_positive(copies_.uniform()) / log_miss;
        if (!(gap < static_cast<double>(neurons_))) return;
        neuron += static_cast<double>(static_cast<std::int64_t>(gap));
      }
      if (neuron >= static_cast<double>(neurons_)) return;
      events.times.push_back(last_);
      events.targets.push_back(static_cast<std::uint32_t>(neuron));
    }
  }

  MipGenerator model_;
  RandomStream mother_;
  RandomStream copies_;
  std::uint32_t neurons_;
  Time last_{};  // the last spike of the mother is at last_ + rest_ ticks
  double rest_ = 0.0;
};

}  // namespace

void MipGenerator::validate() const {
  active.validate("mip_generator");
  check_range(name_, {"rate", "Hz", {.low = 0.0, .high = 1e9}, ""}, rate);
  check_range(name_, {"p_copy", "", unit_interval, ""}, p_copy);
}

std::unique_ptr<DriveStream> MipGenerator::make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                                       std::uint32_t neurons) const {
  validate();
  return std::make_unique<Stream>(*this, RandomStream(seed, Purpose::mother_process, 0, drive),
                                  RandomStream(seed, Purpose::mother_copies, first, drive), neurons);
}

}  // namespace synop
