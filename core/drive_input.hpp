#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "synop/core/archive.hpp"
#include "synop/core/drive.hpp"

namespace synop {

// A drive as one block consumes it: its stream, the batch of events generated ahead, the weight and the delay.
class DriveInput {
 public:
  // Stream targets are counted from `first_target` of the block.
  DriveInput(std::unique_ptr<DriveStream> stream, std::uint32_t first_target, double weight, Delay delay)
      : stream_(std::move(stream)), first_target_(first_target), weight_(weight), delay_(delay) {
    refill();
  }

  Time next() const { return next_; }
  std::uint16_t take() {
    const auto target = static_cast<std::uint16_t>(events_[position_++].target + first_target_);
    if (position_ == events_.size()) [[unlikely]] refill();
    else next_ = arrival(events_[position_].time);
    return target;
  }
  double weight() const { return weight_; }
  bool is_excitatory() const { return weight_ >= 0.0; }

  void restart(std::uint64_t trial) {
    stream_->restart(trial);
    refill();
  }
  void save(StateWriter& writer) {
    serialize(writer);
    stream_->save(writer);
  }
  void load(StateReader& reader) {
    serialize(reader);
    stream_->load(reader);
  }

 private:
  void refill() {
    events_.clear();
    position_ = 0;
    stream_->generate(events_);
    next_ = events_.empty() ? Time::never() : arrival(events_.front().time);
  }
  // Never, beyond the range of time.
  Time arrival(Time t) const { return t <= Time::never() - delay_ ? t + delay_ : Time::never(); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(events_, position_, next_);
  }

  std::unique_ptr<DriveStream> stream_;
  std::uint32_t first_target_;
  double weight_;
  Delay delay_;
  std::vector<DriveEvent> events_;
  std::size_t position_ = 0;
  Time next_ = Time::never();
};

// The drive with the earliest event, nullptr if there is none left.
inline DriveInput* earliest_drive(std::vector<DriveInput>& drives) {
  DriveInput* earliest = nullptr;
  for (DriveInput& drive : drives)
    if (drive.next() != Time::never() && (earliest == nullptr || drive.next() < earliest->next())) earliest = &drive;
  return earliest;
}

}  // namespace synop
