#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>

#include "synop/io/deployment/buffer.hpp"
#include "synop/io/deployment/layout.hpp"
#include "synop/io/deployment/quantised.hpp"

namespace synop {

// A deployed network as it lies in the flash memory of a device: a header, a record for each population and projection,
// the order in which populations advance, then arrays. Offsets count bytes from the start of the image or of the memory
// for its state, so nothing in it depends on the machine but the order of bytes (little endian). Read by
// DeployedNetwork; the same bytes are what `synop deploy -o` writes.

struct ImageHeader {
  static constexpr std::uint32_t magic_number = 0x504e5953;  // "SYNP"
  static constexpr std::uint16_t current_version = 1;

  std::uint32_t magic = magic_number;
  std::uint16_t version = current_version;
  std::uint8_t weights = 0;  // WeightType
  std::uint8_t state = 0;    // StateType
  std::uint64_t step_ps = 0;
  std::uint32_t image_bytes = 0;
  std::uint32_t ram_bytes = 0;
  std::uint16_t populations = 0;
  std::uint16_t projections = 0;
  std::uint32_t order = 0;  // offset: a population number of 16 bits for each
};

// Numbers in units of the state are int32, or the bits of a float.
struct PopulationRecord {
  std::uint32_t size = 0;
  std::uint8_t neurons = 0;  // 0: its spikes are given
  std::uint8_t currents = 0;
  std::uint8_t subtracts = 0;
  std::uint8_t refractory_width = 0;
  std::uint16_t refractory_steps = 0;
  std::uint8_t own_thresholds = 0;  // one for each neuron
  std::uint8_t own_initials = 0;
  std::uint32_t kept_steps = 1;
  std::int32_t decay = 0;
  std::int32_t current_decay[2] = {};
  std::int32_t current_gain[2] = {};
  std::int32_t reset = 0;
  std::uint32_t thresholds = 0, initials = 0;  // offsets in the image: arrays of the state's type
  // Offsets in the memory of the state.
  std::uint32_t potentials = 0, excitatory = 0, inhibitory = 0, refractory = 0, spikes = 0;
};

struct ProjectionRecord {
  std::uint16_t source = 0, target = 0;
  std::uint32_t first_source = 0, sources = 0, first_target = 0, targets = 0;
  std::uint8_t connectivity = 0;  // Connectivity
  std::uint8_t grouped = 0;
  std::uint8_t one_weight = 0;
  std::uint8_t shift = 0;
  std::uint8_t target_width = 0, row_width = 0, group_width = 0, delay_width = 0;
  std::int32_t weight = 0;  // the one of all, in units of the state
  std::uint32_t delay = 0;  // the one of all
  std::uint32_t distinct_delays = 0;
  // Offsets in the image.
  std::uint32_t weights = 0, target_indices = 0, rows = 0, group_begins = 0, group_delays = 0, delays = 0;
};

static_assert(sizeof(ImageHeader) == 32 && sizeof(PopulationRecord) == 68 && sizeof(ProjectionRecord) == 64);

// Allocates the image once, in `memory`, with the bytes that footprint() predicts. Throws Error(model) for more
// populations, projections or bytes than offsets and counts of an image can hold.
Buffer make_image(const StepNetwork& network, const Quantised& quantised,
                  std::pmr::memory_resource* memory = std::pmr::get_default_resource());

const ImageHeader& header_of(std::span<const std::byte> image);

}  // namespace synop
