#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"

namespace synop::hdf5 {

// Streams rows into a dataset with a buffer of one chunk. Whole chunks are written as they fill; sync() also writes
// the rows at hand of a part chunk. No row is written twice: what was once handed to HDF5 never changes its place or
// its value. A dataset that never fills a chunk nor is synced is created at the end without chunks, so that a short
// recording makes a small file.
template <class T>
class RowWriter {
 public:
  RowWriter(std::string name, Shape chunk, std::string unit = "")
      : name_(std::move(name)), unit_(std::move(unit)), chunk_(chunk) {}

  // Values of whole rows.
  void append(const Object& group, std::span<const T> values) {
    while (!values.empty()) {
      const std::size_t taken = std::min(values.size(), chunk_values() - buffer_.size());
      buffer_.insert(buffer_.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(taken));
      values = values.subspan(taken);
      if (buffer_.size() == chunk_values()) write_chunk(group);
    }
  }

  // Hands every row to HDF5.
  void sync(const Object& group) {
    if (rows_in_buffer() != synced_rows_) write_buffer(group);
  }

  // Hands every row to HDF5 and makes sure that the dataset exists. Gives it away: nothing may follow.
  Object finish(const Object& group) {
    if (dataset_.id() >= 0)
      sync(group);
    else
      keep(create_array(group, name_, scalar_of<T>(), {rows_in_buffer(), chunk_.columns}, buffer_.data()));
    synced_rows_ = rows_in_buffer();
    return std::move(dataset_);
  }

  std::uint64_t rows() const { return rows_before_buffer_ + rows_in_buffer(); }
  // In the dataset, so that the next flush covers them.
  std::uint64_t stored_rows() const { return rows_before_buffer_ + synced_rows_; }
  std::size_t buffered_values() const { return buffer_.size(); }

 private:
  std::size_t row_values() const { return std::max<std::size_t>(1, chunk_.columns); }
  std::size_t chunk_values() const { return chunk_.rows * row_values(); }
  std::uint64_t rows_in_buffer() const { return buffer_.size() / row_values(); }

  void keep(Object dataset) {
    dataset_ = std::move(dataset);
    if (!unit_.empty()) write_attribute(dataset_, "units", unit_);
  }

  void write_buffer(const Object& group) {
    if (dataset_.id() < 0) keep(create_extendible(group, name_, scalar_of<T>(), chunk_));
    write_rows(dataset_, scalar_of<T>(), stored_rows(), {rows_in_buffer() - synced_rows_, chunk_.columns},
               buffer_.data() + synced_rows_ * row_values());
    synced_rows_ = rows_in_buffer();
  }

  void write_chunk(const Object& group) {
    write_buffer(group);
    rows_before_buffer_ += rows_in_buffer();
    buffer_.clear();
    synced_rows_ = 0;
  }

  std::string name_;
  std::string unit_;
  Shape chunk_;
  Object dataset_;
  std::vector<T> buffer_;                 // less than one chunk between calls
  std::uint64_t rows_before_buffer_ = 0;  // in the dataset for good
  std::uint64_t synced_rows_ = 0;         // of the buffer, also in the dataset
};

}  // namespace synop::hdf5
