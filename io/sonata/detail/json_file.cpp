#include "synop/io/sonata/detail/json_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse_input(const std::string& message) { throw Error(ErrorKind::input, message); }

// Refuses a key that an object gives twice, of which JSON libraries silently take one.
class KeysOnce {
 public:
  explicit KeysOnce(std::string file) : file_(std::move(file)) {}

  bool operator()(int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key && !open_.back().insert(parsed.get<std::string>()).second)
      refuse_input(fmt::format("{}: the key '{}' is given twice", file_, parsed.get<std::string>()));
    return true;
  }

 private:
  std::string file_;
  std::vector<std::set<std::string>> open_;
};

bool is_name_character(char c) { return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_'; }

}  // namespace

std::string read_text_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw_file_error("read", path, EISDIR);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_file_error("open", path, errno != 0 ? errno : ENOENT);
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) throw_file_error("read", path, EIO);
  return text.str();
}

Json parse_json_file(const std::filesystem::path& path) {
  const std::string text = read_text_file(path);
  try {
    return Json::parse(text, KeysOnce(path.string()));
  } catch (const Json::parse_error& error) {
    const std::string_view what = error.what();
    const std::size_t at = what.find("parse error");
    refuse_input(fmt::format("{}: this is not JSON: {}", path.string(), at == std::string_view::npos ? what : what.substr(at)));
  }
}

JsonObject::JsonObject(const Json& json, std::string file, std::string path)
    : json_(&json), file_(std::move(file)), path_(std::move(path)) {
  if (!json.is_object()) refuse_input(fmt::format("{}: must be an object {{...}}", where()));
}

std::string JsonObject::where(std::string_view key) const {
  std::string place = path_;
  if (!key.empty()) place += fmt::format("{}{}", place.empty() ? "" : ".", key);
  return place.empty() ? file_ : fmt::format("{}: {}", file_, place);
}

void JsonObject::refuse(std::string_view key, const std::string& problem) const {
  refuse_input(fmt::format("{}: {}", where(key), problem));
}

const Json* JsonObject::find(std::string_view key) const {
  known_.push_back(key);
  const auto at = json_->find(std::string(key));
  return at == json_->end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::string> JsonObject::text(std::string_view key) const {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(key, fmt::format("must be a string, is {}", value->dump()));
  return value->get<std::string>();
}

std::string JsonObject::required_text(std::string_view key) const {
  const auto value = text(key);
  if (value) return *value;
  std::vector<std::string_view> given;
  for (const auto& item : json_->items()) given.push_back(item.key());
  const std::string_view near = nearest_name(key, given);
  refuse(key, near.empty() ? "this key is missing" : fmt::format("this key is missing (did you mean it by '{}'?)", near));
}

std::optional<double> JsonObject::number(std::string_view key) const {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) refuse(key, fmt::format("must be a number, is {}", value->dump()));
  const double number = value->get<double>();
  if (!std::isfinite(number)) refuse(key, fmt::format("must be a finite number, is {}", value->dump()));
  return number;
}

std::optional<bool> JsonObject::flag(std::string_view key) const {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(key, fmt::format("must be true or false, is {}", value->dump()));
  return value->get<bool>();
}

std::optional<JsonObject> JsonObject::object(std::string_view key) const {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  return JsonObject(*value, file_, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key));
}

void JsonObject::ignore(std::span<const std::string_view> keys) const {
  known_.insert(known_.end(), keys.begin(), keys.end());
}

std::vector<std::string> JsonObject::unread_keys() const {
  std::vector<std::string> unread;
  for (const auto& item : json_->items()) {
    const std::string& key = item.key();
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    // Only keys that are not given can have been meant.
    std::vector<std::string_view> absent;
    for (const std::string_view known : known_)
      if (!json_->contains(std::string(known))) absent.push_back(known);
    const std::string_view near = nearest_name(key, absent);
    if (!near.empty() && key.size() > 3) refuse(key, fmt::format("this key is not known (did you mean '{}'?)", near));
    unread.push_back(path_.empty() ? key : fmt::format("{}.{}", path_, key));
  }
  return unread;
}

Manifest::Manifest(const JsonObject& config)
    : folder_(std::filesystem::absolute(config.file()).lexically_normal().parent_path()) {
  values_["configdir"] = folder_.string();
  const auto manifest = config.object("manifest");
  if (!manifest) return;
  for (const auto& item : manifest->json().items()) {
    std::string name = item.key();
    if (name.starts_with("${") && name.ends_with("}")) name = name.substr(2, name.size() - 3);
    if (name.starts_with('$')) name = name.substr(1);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character))
      manifest->refuse(item.key(), "a variable is called $NAME, of letters, digits and _");
    values_[name] = manifest->required_text(item.key());
  }
}

std::string Manifest::value_of(const std::string& name, const std::string& where, std::vector<std::string>& open) const {
  const auto at = values_.find(name);
  if (at == values_.end()) {
    std::vector<std::string_view> known;
    for (const auto& [key, value] : values_) known.push_back(key);
    refuse_input(fmt::format("{}: the manifest has no variable '{}'{}", where, name, did_you_mean(name, known)));
  }
  if (std::find(open.begin(), open.end(), name) != open.end())
    refuse_input(fmt::format("{}: the variable '{}' of the manifest is defined by itself", where, name));
  open.push_back(name);
  std::string value = expand(at->second, where, open);
  open.pop_back();
  return value;
}

std::string Manifest::expand(const std::string& text, const std::string& where, std::vector<std::string>& open) const {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      result += text[i];
      continue;
    }
    const bool braces = i + 1 < text.size() && text[i + 1] == '{';
    const std::size_t begin = i + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && is_name_character(text[end])) ++end;
    if (end == begin || (braces && (end == text.size() || text[end] != '}')))
      refuse_input(fmt::format("{}: '{}' has a '$' that is not $NAME or ${{NAME}}", where, text));
    result += value_of(text.substr(begin, end - begin), where, open);
    i = braces ? end : end - 1;
  }
  return result;
}

std::string Manifest::expand(const std::string& text, const std::string& where) const {
  std::vector<std::string> open;
  return expand(text, where, open);
}

std::filesystem::path Manifest::path(const std::string& text, const std::string& where) const {
  const std::filesystem::path path = expand(text, where);
  if (path.empty()) refuse_input(fmt::format("{}: the path is empty", where));
  return (path.is_absolute() ? path : folder_ / path).lexically_normal();
}

}  // namespace synop::sonata
