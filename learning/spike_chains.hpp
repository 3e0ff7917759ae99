#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// The recent spikes of every source of a shard, newest first: those on their way and the last one that has arrived
// everywhere, which the next one pairs with. A source that never fired costs four bytes. `Record` has the instant
// `emitted`, the number `older` of the source's spike before it, and what a rule wants to know of the spike.
template <class Record>
class SpikeChains {
 public:
  static constexpr std::uint32_t none = 0xffff'ffff;

  explicit SpikeChains(std::uint32_t rows) : newest_(rows, none) {}

  // Records a spike. Of the row's spikes emitted before `delivered_before` only the newest is kept.
  void push(std::uint32_t row, Record spike, Time delivered_before);
  void clear();

  std::uint32_t rows() const { return static_cast<std::uint32_t>(newest_.size()); }
  std::uint32_t newest(std::uint32_t row) const { return newest_[row]; }
  const Record& operator[](std::uint32_t spike) const { return spikes_[spike]; }
  const Record* at(std::uint32_t spike) const { return spike == none ? nullptr : &spikes_[spike]; }
  // The newest spike of the row that was emitted at, or before, an instant; none if there is none.
  std::uint32_t find(std::uint32_t row, Time emitted) const;
  std::uint32_t newest_before(std::uint32_t row, Time emitted) const;
  std::uint64_t bytes() const {
    return newest_.capacity() * sizeof(std::uint32_t) + spikes_.capacity() * sizeof(Record);
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(newest_, spikes_, free_);
  }

 private:
  void forget_from(std::uint32_t spike);

  std::vector<std::uint32_t> newest_;  // per row
  std::vector<Record> spikes_;         // of all rows, linked through `older`
  std::uint32_t free_ = none;          // unused entries of spikes_, linked likewise
};

// Several spikes of one source at one instant have equal places in the order of deliveries, so those of a group of
// synapses follow each other: which of them is being delivered.
class TurnsAtOneInstant {
 public:
  // `newest` is the last of its source's spikes of that instant; the group begins with synapse `group_begin`.
  template <class Record>
  std::uint32_t of(const SpikeChains<Record>& spikes, std::uint32_t newest, std::uint32_t group_begin) {
    const Time emitted = spikes[newest].emitted;
    const std::uint32_t before = spikes[newest].older;
    if (before == spikes.none || spikes[before].emitted != emitted) [[likely]]
      return newest;
    if (group_begin_ != group_begin || emitted_ != emitted) *this = {group_begin, emitted};
    std::vector<std::uint32_t> all;  // the last first
    for (std::uint32_t spike = newest; spike != spikes.none && spikes[spike].emitted == emitted;
         spike = spikes[spike].older)
      all.push_back(spike);
    return all[all.size() - 1 - had_++];
  }

  TurnsAtOneInstant() = default;

 private:
  TurnsAtOneInstant(std::uint32_t group_begin, Time emitted) : group_begin_(group_begin), emitted_(emitted) {}

  std::uint32_t group_begin_ = 0;
  Time emitted_{std::numeric_limits<std::int64_t>::min()};
  std::uint32_t had_ = 0;  // spikes of that instant that the group has had
};

template <class Record>
void SpikeChains<Record>::push(std::uint32_t row, Record spike, Time delivered_before) {
  spike.older = newest_[row];
  if (spike.older != none) {
    const std::uint32_t delivered = newest_before(row, delivered_before);
    if (delivered != none) {
      forget_from(spikes_[delivered].older);
      spikes_[delivered].older = none;
    }
  }
  if (free_ != none) {
    newest_[row] = free_;
    free_ = spikes_[free_].older;
    spikes_[newest_[row]] = spike;
  } else {
    newest_[row] = static_cast<std::uint32_t>(spikes_.size());
    spikes_.push_back(spike);
  }
}

template <class Record>
void SpikeChains<Record>::forget_from(std::uint32_t spike) {
  while (spike != none) {
    const std::uint32_t next = spikes_[spike].older;
    spikes_[spike] = {};
    spikes_[spike].older = free_;
    free_ = spike;
    spike = next;
  }
}

template <class Record>
void SpikeChains<Record>::clear() {
  std::fill(newest_.begin(), newest_.end(), none);
  spikes_.clear();
  free_ = none;
}

template <class Record>
std::uint32_t SpikeChains<Record>::newest_before(std::uint32_t row, Time emitted) const {
  std::uint32_t spike = newest_[row];
  while (spike != none && spikes_[spike].emitted >= emitted) spike = spikes_[spike].older;
  return spike;
}

template <class Record>
std::uint32_t SpikeChains<Record>::find(std::uint32_t row, Time emitted) const {
  const std::uint32_t spike = newest_before(row, emitted + tick);
  return spike != none && spikes_[spike].emitted == emitted ? spike : none;
}

}  // namespace synop
