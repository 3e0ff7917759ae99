#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "synop/io/hdf5/detail/handle.hpp"

namespace synop::hdf5 {

// The types of numbers our files hold.
enum class Scalar { u16, u32, u64, i64, f32, f64 };

template <class T>
constexpr Scalar scalar_of() {
  if constexpr (std::is_same_v<T, std::uint16_t>) return Scalar::u16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return Scalar::u32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Scalar::u64;
  if constexpr (std::is_same_v<T, std::int64_t>) return Scalar::i64;
  if constexpr (std::is_same_v<T, float>) return Scalar::f32;
  if constexpr (std::is_same_v<T, double>) return Scalar::f64;
}

// A vector of `rows` numbers, or with columns > 0 a matrix.
struct Shape {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
};

// An empty dataset that grows by rows, stored uncompressed in chunks of `chunk`. HDF5's own cache of chunks is off: a
// write goes to the operating system at once, so a failure is seen where it happens and memory stays bounded.
Object create_extendible(const Object& parent, const std::string& name, Scalar type, Shape chunk);
void write_rows(const Object& dataset, Scalar type, std::uint64_t first_row, Shape block, const void* values);

// A dataset of its final size, written in one piece without chunks.
Object create_array(const Object& parent, const std::string& name, Scalar type, Shape shape, const void* values);

template <class T>
Object create_array(const Object& parent, const std::string& name, std::span<const T> values) {
  return create_array(parent, name, scalar_of<T>(), {values.size(), 0}, values.data());
}

// Cuts an extendible dataset down to its first `rows`; one of fixed size stays.
void shorten(const Object& dataset, std::uint64_t rows);

// Replaces every value of a dataset; there must be as many as it holds.
void overwrite_array(const Object& dataset, Scalar type, const void* values);

Object open_dataset(const Object& parent, const std::string& name);
bool is_dataset(const Object& parent, const std::string& name);
Shape shape_of(const Object& dataset);  // Error(input) unless it is a vector or a matrix
bool holds_integers(const Object& dataset);

// Reads rows [first, first + block.rows) of all columns, converting to the type wanted.
void read_rows(const Object& dataset, Scalar type, std::uint64_t first_row, Shape block, void* values);

// Throws Error(memory): so many rows do not fit.
[[noreturn]] void throw_too_long(const Object& dataset, std::uint64_t count);

// Rows [first, first + count) of a vector.
template <class T>
std::vector<T> read_vector(const Object& dataset, std::uint64_t first, std::uint64_t count) {
  std::vector<T> values;
  try {
    values.resize(count);
  } catch (const std::exception&) {  // a damaged file can claim any length
    throw_too_long(dataset, count);
  }
  read_rows(dataset, scalar_of<T>(), first, {count, 0}, values.data());
  return values;
}

// A whole vector of ids of any integer type; Error(input) if one is negative or they are no integers.
std::vector<std::uint64_t> read_ids(const Object& dataset, std::uint64_t first, std::uint64_t count);

}  // namespace synop::hdf5
