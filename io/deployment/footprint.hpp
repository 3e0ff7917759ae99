#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/io/deployment/precision.hpp"
#include "synop/io/deployment/step_network.hpp"

namespace synop {

// What a deployed network takes of a device's memories, term by term, from its sizes alone. Its image (flash) and the
// memory of its state (RAM) have exactly these bytes; nothing else is allocated.

enum class Memory : std::uint8_t { flash, ram };
std::string_view name(Memory memory);

struct FootprintTerm {
  Memory memory = Memory::flash;
  std::string part;  // "projection 'ee'", "population 'exc'", "network"
  std::string what;  // "weights", "indices", "delays", "parameters"; "state", "event queue", "traces", "scratch"
  std::uint64_t bytes = 0;
};

struct Footprint {
  Precision precision;
  std::vector<FootprintTerm> terms;

  std::uint64_t bytes(Memory memory) const;
  std::uint64_t bytes(Memory memory, std::string_view what) const;
};

Footprint footprint(const StepNetwork& network, Precision precision);

// What a device has; empty: as much as is needed.
struct Budget {
  std::optional<std::uint64_t> flash, ram;

  std::optional<std::uint64_t> of(Memory memory) const { return memory == Memory::flash ? flash : ram; }
};

// The first term, in the order of the footprint, that is not held any more.
struct Overflow {
  Memory memory = Memory::flash;
  FootprintTerm term;
  std::uint64_t needed = 0;  // of all terms of that memory
  std::uint64_t available = 0;
};

std::vector<Overflow> overflows(const Footprint& footprint, const Budget& budget);  // at most one for each memory
std::vector<Precision> fitting(const StepNetwork& network, const Budget& budget);

// One sentence for each overflow, and what would fit; empty where nothing overflows.
std::vector<std::string> refusal(const StepNetwork& network, const Footprint& footprint, const Budget& budget);

// "320k", "1M", "1.5 MiB", "4096": bytes, with k, M and G for 1024, its square and its cube. Throws Error(usage) with
// the option's name.
std::uint64_t parse_bytes(std::string_view option, std::string_view text);

}  // namespace synop
