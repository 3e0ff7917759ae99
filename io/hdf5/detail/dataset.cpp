#include "synop/io/hdf5/detail/dataset.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::hdf5 {

namespace {

using Dimensions = std::array<hsize_t, 2>;

hid_t memory_type(Scalar type) {
  switch (type) {
    case Scalar::u16:
      return H5T_NATIVE_UINT16;
    case Scalar::u32:
      return H5T_NATIVE_UINT32;
    case Scalar::u64:
      return H5T_NATIVE_UINT64;
    case Scalar::i64:
      return H5T_NATIVE_INT64;
    case Scalar::f32:
      return H5T_NATIVE_FLOAT;
    case Scalar::f64:
      break;
  }
  return H5T_NATIVE_DOUBLE;
}

int rank(Shape shape) {
  return shape.columns == 0 ? 1 : 2;
}

Dimensions dimensions(Shape shape) {
  return {shape.rows, shape.columns};
}

Handle dataspace(Shape shape) {
  const Dimensions extent = dimensions(shape);
  return Handle(H5Screate_simple(rank(shape), extent.data(), nullptr));
}

// The rows of a dataset that a block covers, as a selection in the file.
Handle selected_rows(const Object& dataset, std::uint64_t first_row, Shape block) {
  Handle space(check(H5Dget_space(dataset.id()), "open", dataset));
  const Dimensions start{first_row, 0};
  const Dimensions count = dimensions(block);
  check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), "select rows of",
        dataset);
  return space;
}

Object create(const Object& parent, const std::string& name, Scalar type, const Handle& space, const Handle& creation,
              hid_t access) {
  Object dataset{{}, parent.file, child_path(parent, name)};
  const hid_t id =
      H5Dcreate2(parent.id(), name.c_str(), memory_type(type), space.id(), H5P_DEFAULT, creation.id(), access);
  dataset.handle = Handle(check(id, "create", dataset));
  return dataset;
}

// Without times of creation inside, equal data gives equal bytes.
Handle creation_properties() {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(properties.id(), false);
  return properties;
}

bool signed_values(const Object& dataset) {
  const Handle type(check(H5Dget_type(dataset.id()), "read the type of", dataset));
  return H5Tget_sign(type.id()) == H5T_SGN_2;
}

}  // namespace

Object create_extendible(const Object& parent, const std::string& name, Scalar type, Shape chunk) {
  const Dimensions extent{0, chunk.columns};
  const Dimensions limit{H5S_UNLIMITED, chunk.columns};
  const Dimensions chunk_extent = dimensions(chunk);
  const Handle space(H5Screate_simple(rank(chunk), extent.data(), limit.data()));
  const Handle creation = creation_properties();
  H5Pset_chunk(creation.id(), rank(chunk), chunk_extent.data());
  H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER);
  const Handle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.id(), 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT);
  return create(parent, name, type, space, creation, access.id());
}

void write_rows(const Object& dataset, Scalar type, std::uint64_t first_row, Shape block, const void* values) {
  const Dimensions extent{std::max(first_row + block.rows, shape_of(dataset).rows), block.columns};
  check(H5Dset_extent(dataset.id(), extent.data()), "extend", dataset);
  const Handle target = selected_rows(dataset, first_row, block);
  const Handle source = dataspace(block);
  check(H5Dwrite(dataset.id(), memory_type(type), source.id(), target.id(), H5P_DEFAULT, values), "write", dataset);
}

Object create_array(const Object& parent, const std::string& name, Scalar type, Shape shape, const void* values) {
  Object dataset = create(parent, name, type, dataspace(shape), creation_properties(), H5P_DEFAULT);
  if (shape.rows > 0) overwrite_array(dataset, type, values);
  return dataset;
}

void shorten(const Object& dataset, std::uint64_t rows) {
  const Handle creation(check(H5Dget_create_plist(dataset.id()), "open", dataset));
  const Shape shape = shape_of(dataset);
  if (H5Pget_layout(creation.id()) != H5D_CHUNKED || shape.rows <= rows) return;
  const Dimensions extent{rows, shape.columns};
  check(H5Dset_extent(dataset.id(), extent.data()), "shorten", dataset);
}

void overwrite_array(const Object& dataset, Scalar type, const void* values) {
  check(H5Dwrite(dataset.id(), memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write", dataset);
}

Object open_dataset(const Object& parent, const std::string& name) {
  Object dataset{{}, parent.file, child_path(parent, name)};
  if (!is_dataset(parent, name)) throw Error(ErrorKind::input, fmt::format("there is no dataset {}", dataset.name()));
  dataset.handle = Handle(check(H5Dopen2(parent.id(), name.c_str(), H5P_DEFAULT), "open", dataset));
  return dataset;
}

bool is_dataset(const Object& parent, const std::string& name) {
  if (!has_child(parent, name)) return false;
  const Handle child(H5Oopen(parent.id(), name.c_str(), H5P_DEFAULT));
  return child.id() >= 0 && H5Iget_type(child.id()) == H5I_DATASET;
}

Shape shape_of(const Object& dataset) {
  const Handle space(check(H5Dget_space(dataset.id()), "open", dataset));
  const int dimension_count = H5Sget_simple_extent_ndims(space.id());
  if (dimension_count != 1 && dimension_count != 2)
    throw Error(ErrorKind::input,
                fmt::format("{} has {} dimensions; a vector or a matrix is expected", dataset.name(), dimension_count));
  Dimensions extent{};
  H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr);
  return {extent[0], dimension_count == 2 ? extent[1] : 0};
}

bool holds_integers(const Object& dataset) {
  const Handle type(check(H5Dget_type(dataset.id()), "read the type of", dataset));
  return H5Tget_class(type.id()) == H5T_INTEGER;
}

void read_rows(const Object& dataset, Scalar type, std::uint64_t first_row, Shape block, void* values) {
  if (block.rows == 0) return;
  const Handle source = selected_rows(dataset, first_row, block);
  const Handle target = dataspace(block);
  check(H5Dread(dataset.id(), memory_type(type), target.id(), source.id(), H5P_DEFAULT, values), "read", dataset);
}

void throw_too_long(const Object& dataset, std::uint64_t count) {
  throw Error(ErrorKind::memory,
              fmt::format("{} says it has {} rows, more than memory can hold", dataset.name(), count));
}

// HDF5 would turn a negative id into 0 without a word, so signed types are read as they are and checked.
std::vector<std::uint64_t> read_ids(const Object& dataset, std::uint64_t first, std::uint64_t count) {
  if (!holds_integers(dataset))
    throw Error(ErrorKind::input, fmt::format("{} does not hold integers, as ids must be", dataset.name()));
  if (!signed_values(dataset)) return read_vector<std::uint64_t>(dataset, first, count);
  const auto ids = read_vector<std::int64_t>(dataset, first, count);
  const auto negative = std::find_if(ids.begin(), ids.end(), [](std::int64_t id) { return id < 0; });
  if (negative != ids.end())
    throw Error(ErrorKind::input, fmt::format("{} holds the id {} at row {}; ids must be 0 or more", dataset.name(),
                                              *negative, first + (negative - ids.begin())));
  return {ids.begin(), ids.end()};
}

}  // namespace synop::hdf5
