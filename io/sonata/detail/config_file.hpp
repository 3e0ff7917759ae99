#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/sonata/detail/json_file.hpp"

namespace synop::sonata {

// One configuration file: its content and its variables.
struct ConfigFile {
  explicit ConfigFile(const std::filesystem::path& path)
      : json(sonata::parse_json_file(path)), object(json, path.string(), ""), manifest(object) {}
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  Json json;
  JsonObject object;
  Manifest manifest;
};

// What values of a configuration say. All refuse, naming file and key, what cannot be.

// The path that `text` stands for, which has to exist.
std::filesystem::path existing(const JsonObject& object, std::string_view key, const Manifest& manifest,
                               const std::string& text);
// The name of a file in the output folder, which `folder` is, if it is given.
std::string file_name_of(const JsonObject& object, std::string_view key, const Manifest& manifest,
                         const std::string& text, const std::filesystem::path& folder);
double number_above_zero(const JsonObject& object, std::string_view key, double value);
Time time_of(const JsonObject& object, std::string_view key, double ms);
// A node set as text: its name, or the JSON of an inline one.
std::string node_set_of(const JsonObject& object, std::string_view key);

// Adds the keys of the object that nothing has read.
void note_unread(const JsonObject& object, std::vector<std::string>& unread);

}  // namespace synop::sonata
