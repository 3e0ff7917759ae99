#include "synop/io/sonata/detail/config_file.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::sonata {

std::filesystem::path existing(const JsonObject& object, std::string_view key, const Manifest& manifest,
                               const std::string& text) {
  const std::filesystem::path path = manifest.path(text, object.where(key));
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    object.refuse(key, fmt::format("'{}' is '{}', which does not exist", text, path.string()));
  return path;
}

std::string file_name_of(const JsonObject& object, std::string_view key, const Manifest& manifest,
                         const std::string& text, const std::filesystem::path& folder) {
  std::filesystem::path path = manifest.expand(text, object.where(key));
  if (!folder.empty() && path.is_absolute()) path = path.lexically_relative(folder);
  path = path.lexically_normal();
  if (path.empty() || path.is_absolute() || path != path.filename() || path == ".." || path == ".")
    object.refuse(key, fmt::format("'{}' is not the name of a file in output_dir", text));
  return path.string();
}

double number_above_zero(const JsonObject& object, std::string_view key, double value) {
  if (!(value > 0.0)) object.refuse(key, fmt::format("{} ms is outside the allowed range (0, inf)", value));
  return value;
}

Time time_of(const JsonObject& object, std::string_view key, double ms) {
  if (ms < 0.0) object.refuse(key, fmt::format("{} ms is outside the allowed range [0, inf)", ms));
  try {
    return Time::from_ms(ms);
  } catch (const Error& error) {
    object.refuse(key, error.what());
  }
}

std::string node_set_of(const JsonObject& object, std::string_view key) {
  const Json* const value = object.find(key);
  if (value == nullptr) object.refuse(key, "this key is missing: the name of a node set, or a set in place");
  if (value->is_string()) return value->get<std::string>();
  if (value->is_object() || value->is_array()) return value->dump();
  object.refuse(key, fmt::format("must be the name of a node set, or a set in place, is {}", value->dump()));
}

void note_unread(const JsonObject& object, std::vector<std::string>& unread) {
  const std::vector<std::string> keys = object.unread_keys();
  unread.insert(unread.end(), keys.begin(), keys.end());
}

}  // namespace synop::sonata
