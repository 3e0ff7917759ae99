#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "synop/core/spike.hpp"

namespace synop {

// Writes spikes as text, one "time_ms,population,neuron" per line below that header. Nine decimals give every tick
// exactly. Rows come in the order of the calls. Until finish() the file is called <path>.part. A spike costs some 25
// bytes: for large recordings take an HDF5 file. Errors of the disk are Error(file).
class SpikeCsvWriter {
 public:
  SpikeCsvWriter(const std::filesystem::path& path, std::vector<std::string> populations);
  SpikeCsvWriter(SpikeCsvWriter&&) noexcept;
  SpikeCsvWriter& operator=(SpikeCsvWriter&&) = delete;
  ~SpikeCsvWriter();

  void append(std::size_t population, std::span<const Spike> spikes);
  void finish();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace synop
