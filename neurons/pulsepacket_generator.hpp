#pragma once

#include <vector>

#include "synop/core/drive.hpp"
#include "synop/neurons/active_time.hpp"

namespace synop {

// Gaussian pulse packets (NEST's pulsepacket_generator): around each of the pulse_times `activity` spikes, displaced by
// independent normal draws of standard deviation sdev. As in NEST all targets receive the same spikes. Spikes before
// time 0 or outside of the active time do not occur.
struct PulsepacketGenerator final : public DriveModel {
  static constexpr std::string_view name_ = "pulsepacket_generator";
  static constexpr double most_spikes = 1e8;  // of all packets

  std::vector<Time> pulse_times;  // any order
  double activity = 0.0;          // spikes of a packet, whole
  double sdev = 0.0;              // ms
  ActiveTime active;

  std::string_view name() const override { return name_; }
  double expected_rate() const override;  // over the time until the last pulse
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

}  // namespace synop
