#include "synop/neurons/inhomogeneous_poisson_generator.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/detail/trials.hpp"

namespace synop {

namespace {

constexpr std::size_t batch = 256;

struct Piece {
  Time begin;
  Time end;
  double events_per_tick;  // of the group
};

// The pieces of the rate in which the generator acts and something may happen.
std::vector<Piece> pieces_of(const InhomogeneousPoissonGenerator& model, std::uint32_t neurons) {
  std::vector<Piece> pieces;
  for (std::size_t k = 0; k < model.rate_times.size(); ++k) {
    const Time begin = std::max(model.rate_times[k], model.active.start);
    const Time next = k + 1 < model.rate_times.size() ? model.rate_times[k + 1] : Time::never();
    const Time end = std::min(next, model.active.stop);
    if (begin < end && model.rate_values[k] > 0.0)
      pieces.push_back({begin, end, model.rate_values[k] * neurons * 1e-12});
  }
  return pieces;
}

class Stream final : public DriveStream {
 public:
  Stream(std::vector<Piece> pieces, RandomStream random, std::uint32_t neurons)
      : pieces_(std::move(pieces)), random_(random), neurons_(neurons) {
    restart(0);
  }

  void restart(std::uint64_t trial) override {
    random_.seek(detail::substream_of(trial));
    piece_ = 0;
    offset_ = 0.0;
  }
  void generate(DriveEvents& events) override {
    events.resize(0);
    while (events.size() < batch) {
      if (!advance()) return;
      events.times.push_back(pieces_[piece_].begin + Delay{static_cast<std::int64_t>(offset_)});
      events.targets.push_back(random_.below(neurons_));
    }
  }
  void save(StateWriter& writer) override { writer(random_, piece_, offset_); }
  void load(StateReader& reader) override { reader(random_, piece_, offset_); }

 private:
  // Moves by a unit of the integral of the rate that is exponential; false where all pieces have ended.
  bool advance() {
    double left = random_.exponential();
    for (; piece_ < pieces_.size(); ++piece_, offset_ = 0.0) {
      const Piece& piece = pieces_[piece_];
      const auto length = static_cast<double>((piece.end - piece.begin).ticks);
      const double rest = (length - offset_) * piece.events_per_tick;
      if (left < rest) {
        offset_ += left / piece.events_per_tick;
        if (offset_ < length) return true;
        left = 0.0;  // rounded to the end: it is the first event of what follows
        continue;
      }
      left -= rest;
    }
    return false;
  }

  std::vector<Piece> pieces_;
  RandomStream random_;
  std::uint32_t neurons_;
  std::uint64_t piece_ = 0;
  double offset_ = 0.0;  // of the last event, in ticks from the beginning of its piece
};

}  // namespace

double InhomogeneousPoissonGenerator::expected_rate() const {
  return rate_values.empty() ? 0.0 : *std::max_element(rate_values.begin(), rate_values.end());
}

void InhomogeneousPoissonGenerator::validate() const {
  active.validate("inhomogeneous_poisson_generator");
  if (rate_times.size() != rate_values.size())
    throw Error(ErrorKind::model,
                fmt::format("inhomogeneous_poisson_generator: {} rate_times and {} rate_values; allowed: as many",
                            rate_times.size(), rate_values.size()));
  for (std::size_t k = 0; k < rate_times.size(); ++k) {
    if (rate_times[k] < Time{} || (k > 0 && rate_times[k] <= rate_times[k - 1]))
      throw Error(ErrorKind::model,
                  fmt::format("inhomogeneous_poisson_generator: rate_times[{}] = {} ms; allowed: 0 or more, each "
                              "after the one before it",
                              k, rate_times[k].ms()));
    if (!(rate_values[k] >= 0.0 && rate_values[k] <= 1e9))
      throw Error(ErrorKind::model,
                  fmt::format("inhomogeneous_poisson_generator: rate_values[{}] = {} Hz is outside the allowed "
                              "range [0, 1e9]",
                              k, rate_values[k]));
  }
}

std::unique_ptr<DriveStream> InhomogeneousPoissonGenerator::make_stream(std::uint64_t seed, std::uint32_t drive,
                                                                        std::uint32_t first,
                                                                        std::uint32_t neurons) const {
  validate();
  return std::make_unique<Stream>(pieces_of(*this, neurons),
                                  RandomStream(seed, Purpose::inhomogeneous_drive, first, drive), neurons);
}

}  // namespace synop
