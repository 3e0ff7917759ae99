#include "synop/core/delivery_queue.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace synop {

namespace {

struct Later {
  bool operator()(const Delivery& a, const Delivery& b) const { return b < a; }
};

constexpr std::size_t part_size = 4096;  // wanted; with what belongs to them, deliveries fit the private cache
constexpr std::size_t most_parts = 256;

}  // namespace

DeliveryQueue::DeliveryQueue(Delay window) : window_(window), ring_(ring_size) {}

void DeliveryQueue::push(const Delivery& delivery) {
  ++size_;
  if (delivery.time < window_end()) {
    parts_[part_of(delivery.time)].deliveries.push_back(delivery);
    return;
  }
  const std::int64_t window = window_of(delivery.time);
  if (window < current_ + static_cast<std::int64_t>(ring_size)) {
    add(ring_[static_cast<std::size_t>(window) % ring_size], delivery);
  } else {
    far_.push_back(delivery);
    std::push_heap(far_.begin(), far_.end(), Later{});
  }
}

void DeliveryQueue::add(std::vector<Delivery>& bucket, const Delivery& delivery) {
  if (bucket.capacity() == 0 && !spare_.empty()) {
    bucket = std::move(spare_.back());
    spare_.pop_back();
  }
  bucket.push_back(delivery);
}

void DeliveryQueue::move_to(std::int64_t window) {
  if (window == current_) return;
  std::size_t count = 0;
  for (Bucket& part : parts_) {
    count += part.taken;
    part.deliveries.clear();
    part.taken = part.expanded = 0;
  }
  if (count > 0) last_count_ = count;
  current_ = window;
  due_until_ = window_begin();
  while (!far_.empty() && window_of(far_.front().time) < current_ + static_cast<std::int64_t>(ring_size)) {
    std::pop_heap(far_.begin(), far_.end(), Later{});
    add(ring_[static_cast<std::size_t>(window_of(far_.back().time)) % ring_size], far_.back());
    far_.pop_back();
  }
  cut_window(ring_[static_cast<std::size_t>(current_) % ring_size]);
}

// Deals the deliveries of the window that opens to its parts.
void DeliveryQueue::cut_window(std::vector<Delivery>& deliveries) {
  const std::size_t parts = std::min(most_parts, std::max(last_count_, deliveries.size()) / part_size + 1);
  part_shift_ = static_cast<int>(std::bit_width(static_cast<std::uint64_t>((window_.ticks - 1) / static_cast<std::int64_t>(parts))));
  parts_.resize(std::max(parts_.size(), part_of(window_end() - tick) + 1));
  if (parts == 1) {
    std::swap(parts_.front().deliveries, deliveries);
  } else {
    for (const Delivery& delivery : deliveries) parts_[part_of(delivery.time)].deliveries.push_back(delivery);
    deliveries.clear();
  }
  if (deliveries.capacity() > 0) spare_.push_back(std::exchange(deliveries, {}));
}

// Deliveries of a part, from position `first` on, together with the first `followed` of followed_. They are dealt to four
// times as many slices of the part, which leaves nearly all of them in order; a slice with many (times that coincide) is
// sorted by comparing.
void DeliveryQueue::sort(std::size_t part, std::size_t first, std::size_t followed) {
  constexpr std::size_t few = 48;
  constexpr std::uint32_t few_in_slice = 8;
  auto& deliveries = parts_[part].deliveries;
  const std::span unsorted = std::span(deliveries).subspan(first);
  const std::span more = std::span(followed_).first(followed);
  const std::size_t n = unsorted.size() + more.size();
  if (n <= few) {
    deliveries.insert(deliveries.end(), more.begin(), more.end());
    return std::sort(deliveries.begin() + static_cast<std::ptrdiff_t>(first), deliveries.end());
  }
  const std::size_t slices = 4 * n;
  const std::int64_t begin = part_begin(part).ticks;
  const std::int64_t length = std::min(window_.ticks, std::int64_t{1} << part_shift_);
  const double slices_per_tick = static_cast<double>(slices) / static_cast<double>(length);
  const auto slice_of = [&](const Delivery& d) {
    return std::min(slices - 1, static_cast<std::size_t>(static_cast<double>(d.time.ticks - begin) * slices_per_tick));
  };
  slice_begin_.assign(slices + 2, 0);
  std::uint32_t most = 0;
  for (const auto& some : {unsorted, more})
    for (const Delivery& d : some) most = std::max(most, ++slice_begin_[slice_of(d) + 2]);
  std::partial_sum(slice_begin_.begin(), slice_begin_.end(), slice_begin_.begin());
  sorted_.resize(n);
  // slice_begin_[s + 1] is where the next delivery of slice s goes, and in the end where slice s + 1 begins.
  for (const auto& some : {unsorted, more})
    for (const Delivery& d : some) sorted_[slice_begin_[slice_of(d) + 1]++] = d;
  if (most > few_in_slice) {
    for (std::size_t s = 0; s < slices; ++s)
      if (slice_begin_[s + 1] - slice_begin_[s] > few_in_slice)
        std::sort(sorted_.begin() + slice_begin_[s], sorted_.begin() + slice_begin_[s + 1]);
  }
  for (std::size_t i = 1; i < n; ++i) {
    if (sorted_[i - 1].time < sorted_[i].time) [[likely]] continue;
    const Delivery delivery = sorted_[i];
    std::size_t to = i;
    for (; to > 0 && delivery < sorted_[to - 1]; --to) sorted_[to] = sorted_[to - 1];
    sorted_[to] = delivery;
  }
  if (first == 0) return std::swap(sorted_, deliveries);
  deliveries.resize(first);
  deliveries.insert(deliveries.end(), sorted_.begin(), sorted_.end());
}

std::span<const Delivery> DeliveryQueue::take(Bucket& bucket, Time until) {
  const auto& all = bucket.deliveries;
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
  for (const Bucket& part : parts_)
    if (part.taken < part.deliveries.size()) return window_begin();
  for (std::int64_t w = current_ + 1; w < current_ + static_cast<std::int64_t>(ring_size); ++w)
    if (!ring_[static_cast<std::size_t>(w) % ring_size].empty()) return {w * window_.ticks};
  return {window_of(far_.front().time) * window_.ticks};
}

void DeliveryQueue::clear() {
  for (auto& bucket : ring_) bucket.clear();
  for (Bucket& part : parts_) {
    part.deliveries.clear();
    part.taken = part.expanded = 0;
  }
  far_.clear();
  size_ = 0;
  current_ = 0;
  due_until_ = {};
}

}  // namespace synop
