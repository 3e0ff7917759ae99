#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "synop/io/hdf5/detail/handle.hpp"

namespace synop::hdf5 {

// Attributes of files, groups and datasets. Text is UTF-8 of variable length (h5py gives it as str, and it may exceed
// the 64 kB that other attributes are limited to).
void write_attribute(const Object& object, const std::string& name, std::string_view text);
void write_attribute(const Object& object, const std::string& name, std::uint64_t value);
void write_attribute(const Object& object, const std::string& name, double value);

// Changes the value of a number that already exists.
void update_attribute(const Object& object, const std::string& name, std::uint64_t value);
void update_attribute(const Object& object, const std::string& name, double value);

// SONATA's mark of the file format: magic and version.
void write_sonata_version(const Object& file);
// SONATA's enumerated attribute that says how spikes are sorted: 0 not, 1 by id, 2 by time.
void write_sorting(const Object& group, std::uint8_t sorting);

// Nothing when the attribute is absent or holds something other than one text or one number.
std::optional<std::string> read_text_attribute(const Object& object, const std::string& name);
std::optional<double> read_number_attribute(const Object& object, const std::string& name);
std::optional<std::uint64_t> read_count_attribute(const Object& object, const std::string& name);
std::vector<std::string> attribute_names(const Object& object);

}  // namespace synop::hdf5
