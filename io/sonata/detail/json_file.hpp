#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace synop::sonata {

using Json = nlohmann::ordered_json;

// The text of a file. Throws Error(file).
std::string read_text_file(const std::filesystem::path& path);

// An object of a configuration file, with what messages call it. Reading a key marks it as known; what nobody asked for
// is listed by unread_keys().
class JsonObject {
 public:
  JsonObject(const Json& json, std::string file, std::string path);  // throws Error(input) unless it is an object

  const std::string& file() const { return file_; }
  const Json& json() const { return *json_; }
  std::string where(std::string_view key = "") const;  // "file: inputs.lgn.node_set"
  [[noreturn]] void refuse(std::string_view key, const std::string& problem) const;

  bool has(std::string_view key) const { return find(key) != nullptr; }
  const Json* find(std::string_view key) const;  // nullptr: absent or null
  std::optional<std::string> text(std::string_view key) const;
  std::string required_text(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;  // finite
  std::optional<bool> flag(std::string_view key) const;
  std::optional<JsonObject> object(std::string_view key) const;

  // Keys that are known and have no effect here.
  void ignore(std::span<const std::string_view> keys) const;
  // The others, with "inputs.lgn." before them; Error(input) for one that looks like a slip of a known key.
  std::vector<std::string> unread_keys() const;

 private:
  const Json* json_;
  std::string file_;
  std::string path_;
  mutable std::vector<std::string_view> known_;
};

// The variables of a configuration file: what its manifest says, ${configdir}, and those of the file that refers to it.
class Manifest {
 public:
  Manifest() = default;
  // Relative values count from the folder of the file.
  explicit Manifest(const JsonObject& config);

  // Replaces every $NAME and ${NAME}. Throws Error(input), naming `where`, for a name that is not defined.
  std::string expand(const std::string& text, const std::string& where) const;
  // The same, as a path; a relative one counts from the folder of the file.
  std::filesystem::path path(const std::string& text, const std::string& where) const;

 private:
  std::string value_of(const std::string& name, const std::string& where, std::vector<std::string>& open) const;
  std::string expand(const std::string& text, const std::string& where, std::vector<std::string>& open) const;

  std::filesystem::path folder_;
  std::map<std::string, std::string> values_;  // by name without '$'
};

// Parses a file; Error(input) with line and column when it is not JSON or gives a key twice.
Json parse_json_file(const std::filesystem::path& path);

}  // namespace synop::sonata
