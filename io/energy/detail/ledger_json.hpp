#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "synop/core/ledger.hpp"

namespace synop::detail {

inline constexpr int ledger_schema_version = 1;

// A ledger as an object of the schema synop.ledger (docs/file_formats.md), and back. Reading throws Error(input),
// naming `where`, for another version, a missing key, or one that is no count.
nlohmann::ordered_json ledger_json(const Ledger& ledger);
Ledger read_ledger(const nlohmann::ordered_json& json, const std::string& where);

}  // namespace synop::detail
