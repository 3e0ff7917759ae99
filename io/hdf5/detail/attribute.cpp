#include "synop/io/hdf5/detail/attribute.hpp"

#include <array>

namespace synop::hdf5 {

namespace {

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

void write(const Object& object, const std::string& name, hid_t type, hid_t space, const void* value) {
  const Handle attribute(check(H5Acreate2(object.id(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                               "write an attribute of", object));
  check(H5Awrite(attribute.id(), type, value), "write an attribute of", object);
}

// An invalid handle when there is no such attribute, or it is not a single value of the class wanted.
Handle open_scalar(const Object& object, const std::string& name) {
  if (H5Aexists(object.id(), name.c_str()) <= 0) return {};
  Handle attribute(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT));
  const Handle space(H5Aget_space(attribute.id()));
  if (H5Sget_simple_extent_npoints(space.id()) != 1) return {};
  return attribute;
}

template <class T>
std::optional<T> read_number(const Object& object, const std::string& name, hid_t memory_type) {
  const Handle attribute = open_scalar(object, name);
  if (attribute.id() < 0) return {};
  const Handle type(H5Aget_type(attribute.id()));
  const H5T_class_t kind = H5Tget_class(type.id());
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) return {};
  T value{};
  check(H5Aread(attribute.id(), memory_type, &value), "read an attribute of", object);
  return value;
}

herr_t keep_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

void update(const Object& object, const std::string& name, hid_t type, const void* value) {
  const Handle attribute(check(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), "open an attribute of", object));
  check(H5Awrite(attribute.id(), type, value), "write an attribute of", object);
}

}  // namespace

void write_attribute(const Object& object, const std::string& name, std::string_view text) {
  const std::string terminated(text);
  const char* pointer = terminated.c_str();
  write(object, name, text_type().id(), Handle(H5Screate(H5S_SCALAR)).id(), &pointer);
}

void write_attribute(const Object& object, const std::string& name, std::uint64_t value) {
  write(object, name, H5T_NATIVE_UINT64, Handle(H5Screate(H5S_SCALAR)).id(), &value);
}

void write_attribute(const Object& object, const std::string& name, double value) {
  write(object, name, H5T_NATIVE_DOUBLE, Handle(H5Screate(H5S_SCALAR)).id(), &value);
}

void update_attribute(const Object& object, const std::string& name, std::uint64_t value) {
  update(object, name, H5T_NATIVE_UINT64, &value);
}

void update_attribute(const Object& object, const std::string& name, double value) {
  update(object, name, H5T_NATIVE_DOUBLE, &value);
}

void write_sonata_version(const Object& file) {
  const std::uint32_t magic = 0x0A7A;
  write(file, "magic", H5T_NATIVE_UINT32, Handle(H5Screate(H5S_SCALAR)).id(), &magic);
  const std::array<std::uint32_t, 2> version{0, 1};
  const hsize_t length = version.size();
  write(file, "version", H5T_NATIVE_UINT32, Handle(H5Screate_simple(1, &length, nullptr)).id(), version.data());
}

void write_sorting(const Object& group, std::uint8_t sorting) {
  const Handle type(H5Tenum_create(H5T_NATIVE_UINT8));
  const std::array<const char*, 3> names{"none", "by_id", "by_time"};
  for (std::uint8_t value = 0; value < names.size(); ++value)
    check(H5Tenum_insert(type.id(), names[value], &value), "write an attribute of", group);
  write(group, "sorting", type.id(), Handle(H5Screate(H5S_SCALAR)).id(), &sorting);
}

std::optional<std::string> read_text_attribute(const Object& object, const std::string& name) {
  const Handle attribute = open_scalar(object, name);
  if (attribute.id() < 0) return {};
  const Handle type(H5Aget_type(attribute.id()));
  if (H5Tget_class(type.id()) != H5T_STRING) return {};
  if (H5Tis_variable_str(type.id()) > 0) {
    char* pointer = nullptr;
    check(H5Aread(attribute.id(), type.id(), &pointer), "read an attribute of", object);
    std::string text(pointer == nullptr ? "" : pointer);
    H5free_memory(pointer);
    return text;
  }
  std::string text(H5Tget_size(type.id()), '\0');
  check(H5Aread(attribute.id(), type.id(), text.data()), "read an attribute of", object);
  text.resize(text.find_last_not_of(std::string_view("\0 ", 2)) + 1);
  return text;
}

std::optional<double> read_number_attribute(const Object& object, const std::string& name) {
  return read_number<double>(object, name, H5T_NATIVE_DOUBLE);
}

std::optional<std::uint64_t> read_count_attribute(const Object& object, const std::string& name) {
  return read_number<std::uint64_t>(object, name, H5T_NATIVE_UINT64);
}

std::vector<std::string> attribute_names(const Object& object) {
  std::vector<std::string> names;
  check(H5Aiterate2(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_name, &names), "read", object);
  return names;
}

}  // namespace synop::hdf5
