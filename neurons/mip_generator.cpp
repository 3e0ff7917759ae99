#include "synop/neurons/mip_generator.hpp"

#include <algorithm>

#include "synop/core/archive.hpp"
#include "synop/core/elementary.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;
constexpr std::size_t most_mothers = 65'536;  // looked at for one batch once it has an event
constexpr double most_ticks = 0x1p62;
constexpr double few_copied = 1.0 / 16.0;  // share of mother spikes with a copy below which only those are drawn

// 1 - (1 - p)^n where that is below `few_copied`, else 1.
double copied_share(double p, double n) {
  const double x = n * log_of_complement(p);
  if (!(x > -1.1 * few_copied)) return 1.0;
  double share = 0.0, term = -1.0;
  for (int k = 1; k <= 12; ++k) share += term *= x / k;  // -(e^x - 1); the next term is below 1e-24
  return share < few_copied ? share : 1.0;
}

class Stream final : public DriveStream {
 public:
  // `before`: targets before those of the stream, which has `neurons` of `targets` ones.
  Stream(const MipGenerator& model, RandomStream mother, RandomStream copies, std::uint32_t before, std::uint32_t neurons,
         std::uint32_t targets)
      : active_(model.active),
        mother_(mother),
        copies_(copies),
        before_(static_cast<double>(before)),
        neurons_(static_cast<double>(neurons)),
        targets_(static_cast<double>(targets)),
        silent_(model.p_copy == 0.0 || model.rate == 0.0),
        log_miss_(model.p_copy < 1.0 ? log_of_complement(model.p_copy) : 0.0),
        share_(model.p_copy < 1.0 ? copied_share(model.p_copy, targets_) : 1.0),
        mean_ticks_(1e12 / model.rate / share_) {
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    mother_.seek(detail::substream_of(trial));
    copies_.seek(detail::substream_of(trial));
    last_ = active_.start;
    rest_ = 0.0;
  }
  void generate(DriveEvents& events) override {
    events.resize(0);
    if (silent_) return;
    for (std::size_t mothers = 0; events.size() < batch && (events.empty() || mothers < most_mothers); ++mothers) {
      const double ticks = rest_ + mother_.exponential() * mean_ticks_;
      if (!(ticks < most_ticks) || Delay{static_cast<std::int64_t>(ticks)} >= active_.stop - last_) {
        last_ = active_.stop;
        return;
      }
      const Delay whole{static_cast<std::int64_t>(ticks)};
      rest_ = ticks - static_cast<double>(whole.ticks);
      last_ = last_ + whole;
      if (share_ < 1.0)
        copy_from(first_copied() - before_, events);
      else
        copy(events, 0.0);
    }
  }
  void save(StateWriter& writer) override { writer(mother_, copies_, last_, rest_); }
  void load(StateReader& reader) override { reader(mother_, copies_, last_, rest_); }

 private:
  // The first of all targets with a copy, given that there is one. It is the same for every group.
  double first_copied() {
    const double k = log_of_complement(mother_.uniform() * share_) / log_miss_;
    return std::min(static_cast<double>(static_cast<std::int64_t>(k)), targets_ - 1.0);
  }
  void copy_from(double first, DriveEvents& events) {
    if (first >= neurons_) return;
    if (first < 0.0) return copy(events, 0.0);
    add(events, first);
    copy(events, first + 1.0);
  }
  // The gaps between the neurons that receive a copy are geometric.
  void copy(DriveEvents& events, double from) {
    for (double neuron = from;; neuron += 1.0) {
      if (log_miss_ < 0.0) {
        const double gap = log_positive(copies_.uniform()) / log_miss_;
        if (!(gap < neurons_)) return;
        neuron += static_cast<double>(static_cast<std::int64_t>(gap));
      }
      if (neuron >= neurons_) return;
      add(events, neuron);
    }
  }
  void add(DriveEvents& events, double neuron) {
    events.times.push_back(last_);
    events.targets.push_back(static_cast<std::uint32_t>(neuron));
  }

  ActiveTime active_;
  RandomStream mother_;
  RandomStream copies_;
  double before_, neurons_, targets_;
  bool silent_;
  double log_miss_;    // log(1 - p_copy); 0 where every spike is copied
  double share_;       // of the mother spikes that are drawn: 1, or only those with a copy
  double mean_ticks_;  // between those
  Time last_{};        // the last of them is at last_ + rest_ ticks
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
  const bool settled = targets_.count > 0;
  const std::uint32_t before = settled ? std::max(first, targets_.first) - targets_.first : 0;
  return std::make_unique<Stream>(*this, RandomStream(seed, Purpose::mother_process, 0, drive),
                                  RandomStream(seed, Purpose::mother_copies, first, drive), before, neurons,
                                  settled ? targets_.count : neurons);
}

}  // namespace synop
