#pragma once

#include <algorithm>
#include <cstddef>
#include <memory_resource>
#include <span>
#include <utility>

namespace synop {

// A piece of memory of fixed size, zero at first, from a memory resource that is asked once and outlives it. It begins
// at a multiple of 8 bytes.
class Buffer {
 public:
  explicit Buffer(std::size_t bytes, std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : memory_(memory), bytes_{static_cast<std::byte*>(memory->allocate(bytes, alignment)), bytes} {
    std::fill(bytes_.begin(), bytes_.end(), std::byte{});
  }
  Buffer(Buffer&& other) noexcept : memory_(other.memory_), bytes_(std::exchange(other.bytes_, {})) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer& operator=(Buffer&&) = delete;
  ~Buffer() {
    if (bytes_.data() != nullptr) memory_->deallocate(bytes_.data(), bytes_.size(), alignment);
  }

  std::span<std::byte> bytes() { return bytes_; }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

 private:
  static constexpr std::size_t alignment = 8;

  std::pmr::memory_resource* memory_;
  std::span<std::byte> bytes_;
};

}  // namespace synop
