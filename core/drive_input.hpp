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

  Time next() const { return position_ < events_.size() ? events_.times[position_] : Time::never(); }
  double weight() const { return weight_; }
  bool is_excitatory() const { return weight_ >= 0.0; }

  // The batch: arrival times and targets within the block, from position() on still to come.
  std::size_t size() const { return events_.size(); }
  std::size_t position() const { return position_; }
  const Time* times() const { return events_.times.data(); }
  const std::uint32_t* targets() const { return events_.targets.data(); }
  std::uint32_t next_target() const { return events_.targets[position_]; }
  // Removes the next `n` events; returns whether a new batch has been generated.
  bool take(std::size_t n) {
    position_ += n;
    if (position_ < events_.size()) [[likely]] return false;
    refill();
    return true;
  }

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
    position_ = 0;
    stream_->generate(events_);
    if (events_.empty()) return;
    if (events_.times.back() > Time::never() - delay_) {  // the end of time: what arrives beyond it never arrives
      while (!events_.empty() && events_.times.back() > Time::never() - delay_) events_.resize(events_.size() - 1);
    }
    for (Time& t : events_.times) t = t + delay_;
    for (std::uint32_t& target : events_.targets) target += first_target_;
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(events_.times, events_.targets, position_);
  }

  std::unique_ptr<DriveStream> stream_;
  std::uint32_t first_target_;
  double weight_;
  Delay delay_;
  DriveEvents events_;
  std::size_t position_ = 0;
};

// The drive with the earliest event, nullptr if there is none left.
inline DriveInput* earliest_drive(std::vector<DriveInput>& drives) {
  DriveInput* earliest = nullptr;
  for (DriveInput& drive : drives)
    if (drive.next() != Time::never() && (earliest == nullptr || drive.next() < earliest->next())) earliest = &drive;
  return earliest;
}

}  // namespace synop
