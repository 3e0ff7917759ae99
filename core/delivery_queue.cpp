#include "synop/core/delivery_queue.hpp"

#include <algorithm>

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
    bucket_of(window).deliveries.push_back(delivery);
  } else {
    far_.push_back(delivery);
    std::push_heap(far_.begin(), far_.end(), Later{});
  }
}

void DeliveryQueue::move_to(std::int64_t window) {
  if (window == current_) return;
  Bucket& old = bucket_of(current_);
  old.deliveries.clear();
  old.taken = old.expanded = 0;
  current_ = window;
  while (!far_.empty() && window_of(far_.front().time) < current_ + static_cast<std::int64_t>(ring_size)) {
    std::pop_heap(far_.begin(), far_.end(), Later{});
    bucket_of(window_of(far_.back().time)).deliveries.push_back(far_.back());
    far_.pop_back();
  }
}

std::span<const Delivery> DeliveryQueue::take(Bucket& bucket, Time until) {
  auto& all = bucket.deliveries;
  if (bucket.expanded < all.size()) {
    std::sort(all.begin() + static_cast<std::ptrdiff_t>(bucket.taken), all.end());
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
