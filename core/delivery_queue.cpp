#include "synop/core/delivery_queue.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace synop {

namespace {

struct Later {
  bool operator()(const Delivery& a, const Delivery& b) const { return b < a; }
};

}  // namespace

DeliveryQueue::DeliveryQueue(Delay window) : window_(window), ring_(ring_size) {}

void DeliveryQueue::push(const Delivery& delivery) {
  ++size_;
  const std::int64_t window = window_of(delivery.time);
  if (window < current_ + static_cast<std::int64_t>(ring_size)) {
    add(bucket_of(window), delivery);
  } else {
    far_.push_back(delivery);
    std::push_heap(far_.begin(), far_.end(), Later{});
  }
}

void DeliveryQueue::add(Bucket& bucket, const Delivery& delivery) {
  if (bucket.deliveries.empty() && bucket.deliveries.capacity() == 0 && !spare_.empty()) {
    bucket.deliveries = std::move(spare_.back());
    spare_.pop_back();
  }
  bucket.deliveries.push_back(delivery);
}

void DeliveryQueue::move_to(std::int64_t window) {
  if (window == current_) return;
  Bucket& old = bucket_of(current_);
  old.deliveries.clear();
  old.taken = old.expanded = 0;
  if (old.deliveries.capacity() > 0) spare_.push_back(std::exchange(old.deliveries, {}));
  current_ = window;
  while (!far_.empty() && window_of(far_.front().time) < current_ + static_cast<std::int64_t>(ring_size)) {
    std::pop_heap(far_.begin(), far_.end(), Later{});
    add(bucket_of(window_of(far_.back().time)), far_.back());
    far_.pop_back();
  }
}

// Deliveries of a window, from position `first` on. They are dealt to as many slices of the window as there are deliveries,
// which leaves most of them in order; a slice with many (times that coincide) is sorted by comparing.
void DeliveryQueue::sort(std::vector<Delivery>& deliveries, std::size_t first) {
  constexpr std::size_t few = 48;
  constexpr std::size_t few_in_slice = 8;
  const std::size_t n = deliveries.size() - first;
  if (n <= few) return std::sort(deliveries.begin() + static_cast<std::ptrdiff_t>(first), deliveries.end());
  const std::int64_t begin = current_ * window_.ticks;
  const double slices_per_tick = static_cast<double>(n) / static_cast<double>(window_.ticks);
  const auto slice_of = [&](const Delivery& d) {
    return std::min(n - 1, static_cast<std::size_t>(static_cast<double>(d.time.ticks - begin) * slices_per_tick));
  };
  slice_begin_.assign(n + 2, 0);
  for (std::size_t i = first; i < deliveries.size(); ++i) ++slice_begin_[slice_of(deliveries[i]) + 2];
  std::partial_sum(slice_begin_.begin(), slice_begin_.end(), slice_begin_.begin());
  sorted_.resize(n);
  // slice_begin_[s + 1] is where the next delivery of slice s goes, and in the end where slice s + 1 begins.
  for (std::size_t i = first; i < deliveries.size(); ++i)
    sorted_[slice_begin_[slice_of(deliveries[i]) + 1]++] = deliveries[i];
  for (std::size_t s = 0; s < n; ++s) {
    Delivery* const slice = sorted_.data() + slice_begin_[s];
    Delivery* const end = sorted_.data() + slice_begin_[s + 1];
    if (end - slice > static_cast<std::ptrdiff_t>(few_in_slice)) {
      std::sort(slice, end);
      continue;
    }
    for (Delivery* unsorted = slice + 1; unsorted < end; ++unsorted) {
      const Delivery delivery = *unsorted;
      Delivery* to = unsorted;
      for (; to > slice && delivery < to[-1]; --to) *to = to[-1];
      *to = delivery;
    }
  }
  std::copy(sorted_.begin(), sorted_.end(), deliveries.begin() + static_cast<std::ptrdiff_t>(first));
}

std::span<const Delivery> DeliveryQueue::take(Bucket& bucket, Time until) {
  auto& all = bucket.deliveries;
  if (bucket.expanded < all.size()) {
    sort(all, bucket.taken);
    bucket.expanded = all.size();
  }
  const std::size_t first = bucket.taken;
  if (all.empty() || all.back().time < until) {
    bucket.taken = all.size();
  } else {
    while (all[bucket.taken].time < until) ++bucket.taken;
  }
  size_ -= bucket.taken - first;
  return {all.data() + first, bucket.taken - first};
}

Time DeliveryQueue::earliest_window() const {
  if (size_ == 0) return Time::never();
  for (std::int64_t w = current_; w < current_ + static_cast<std::int64_t>(ring_size); ++w) {
    const Bucket& bucket = ring_[static_cast<std::size_t>(w) % ring_size];
    if (bucket.taken < bucket.deliveries.size()) return {w * window_.ticks};
  }
  return {window_of(far_.front().time) * window_.ticks};
}

void DeliveryQueue::clear() {
  for (Bucket& bucket : ring_) {
    bucket.deliveries.clear();
    bucket.taken = bucket.expanded = 0;
  }
  far_.clear();
  size_ = 0;
  current_ = 0;
}

}  // namespace synop
