#pragma once

#include <vector>

#include "synop/core/drive.hpp"

namespace synop {

// Spikes at given times onto each of its targets: what another stimulus has sent, read back from a file. Nothing is
// stored of the connections, which are one to one.
class GivenTrains final : public DriveModel {
 public:
  static constexpr std::string_view name_ = "given_trains";

  // Train i is that of neuron `first` + i of the target population. A time may occur repeatedly: as many spikes.
  // Throws Error(model), naming the train, if one is unsorted or begins before 0.
  GivenTrains(std::uint32_t first, std::vector<std::vector<Time>> trains);

  std::string_view name() const override { return name_; }
  double expected_rate() const override;  // over the time until the last spike
  // Throws Error(model) if neurons of the group have no train.
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;

 private:
  std::uint32_t first_;
  std::vector<std::vector<Time>> trains_;
};

}  // namespace synop
