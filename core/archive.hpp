#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "synop/core/error.hpp"

namespace synop {

// Writing and restoring the state of a simulation. A class with state has one member
//   template <class Archive> void serialize(Archive& archive) { archive(a_, b_); }
// which serves both directions: StateWriter appends the members' bytes, StateReader overwrites them in the same order.

template <class T>
concept PlainValue = std::is_trivially_copyable_v<T>;

class StateWriter {
 public:
  static constexpr bool reading = false;

  template <class... Members>
  void operator()(Members&... members) {
    (write(members), ...);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  template <class T>
  void write(T& member) {
    if constexpr (requires { member.serialize(*this); }) {
      member.serialize(*this);
    } else {
      static_assert(PlainValue<T>);
      append(&member, sizeof member);
    }
  }
  template <class T>
  void write(std::vector<T>& members) {
    std::size_t size = members.size();
    append(&size, sizeof size);
    if constexpr (PlainValue<T>) {
      append(members.data(), size * sizeof(T));
    } else {
      for (T& member : members) write(member);
    }
  }
  void append(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }

  std::vector<std::byte> bytes_;
};

class StateReader {
 public:
  static constexpr bool reading = true;

  explicit StateReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class... Members>
  void operator()(Members&... members) {
    (read(members), ...);
  }
  bool at_end() const { return rest_.empty(); }

 private:
  template <class T>
  void read(T& member) {
    if constexpr (requires { member.serialize(*this); }) {
      member.serialize(*this);
    } else {
      static_assert(PlainValue<T>);
      extract(&member, sizeof member);
    }
  }
  template <class T>
  void read(std::vector<T>& members) {
    std::size_t size = 0;
    extract(&size, sizeof size);
    if (size > rest_.size()) throw Error(ErrorKind::input, "the saved state is truncated");
    members.resize(size);
    if constexpr (PlainValue<T>) {
      extract(members.data(), size * sizeof(T));
    } else {
      for (T& member : members) read(member);
    }
  }
  void extract(void* data, std::size_t size) {
    if (size > rest_.size()) throw Error(ErrorKind::input, "the saved state is truncated");
    if (size != 0) std::memcpy(data, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }

  std::span<const std::byte> rest_;
};

}  // namespace synop
