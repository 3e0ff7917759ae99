#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/error.hpp"

namespace synop {

// Where a value of an experiment comes from.
struct SourcePosition {
  std::string source;        // the file, or "--set projection[0].weight=0.2 mV"
  std::uint32_t line = 0;    // from 1; 0 when the source is an override
  std::uint32_t column = 0;  // from 1, in characters
  std::string key;           // "projection[2].delay"; indices count from 0

  std::string text() const;  // "brunel.toml:12:3: key 'projection[2].delay'"
};

// Where a table of an experiment and each of its keys come from.
struct SourceTable {
  SourcePosition position;
  std::vector<SourcePosition> keys;  // of the keys that were given, with their full paths

  bool has(std::string_view key) const;
  // The position of a key of this table; that of the table itself, with the key's path, for one that was not given.
  SourcePosition at(std::string_view key) const;
};

// Error(model) "<position>: <problem>", for what is found wrong after the file was read.
Error experiment_error(const SourcePosition& position, std::string_view problem);

}  // namespace synop
