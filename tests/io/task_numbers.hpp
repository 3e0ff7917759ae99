#pragma once

#include <nlohmann/json.hpp>

namespace synop::test {

// The result of a task without what differs from run to run.
inline nlohmann::json numbers_of(nlohmann::json result) {
  for (const char* key : {"seconds", "peak_memory_bytes", "threads"}) result.erase(key);
  for (nlohmann::json& phase : result.at("phases"))
    for (const char* key : {"seconds", "samples_per_second", "measured"}) phase.erase(key);
  return result;
}

}  // namespace synop::test
