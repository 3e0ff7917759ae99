#include "synop/io/experiment/source_position.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace synop {

namespace {

std::string full_path(const SourceTable& table, std::string_view key) {
  return table.position.key.empty() ? std::string(key) : fmt::format("{}.{}", table.position.key, key);
}

}  // namespace

std::string SourcePosition::text() const {
  const std::string place = line == 0 ? source : fmt::format("{}:{}:{}", source, line, column);
  return key.empty() ? place : fmt::format("{}: key '{}'", place, key);
}

bool SourceTable::has(std::string_view key) const {
  const std::string path = full_path(*this, key);
  return std::any_of(keys.begin(), keys.end(), [&](const SourcePosition& given) { return given.key == path; });
}

SourcePosition SourceTable::at(std::string_view key) const {
  SourcePosition place = position;
  place.key = full_path(*this, key);
  for (const SourcePosition& given : keys)
    if (given.key == place.key) return given;
  return place;
}

Error experiment_error(const SourcePosition& position, std::string_view problem) {
  return Error(ErrorKind::model, fmt::format("{}: {}", position.text(), problem));
}

}  // namespace synop
