#pragma once

#include <filesystem>
#include <memory>

#include "synop/io/events/event_set.hpp"
#include "synop/io/hdf5/snapshot.hpp"

namespace synop {

// Opens a set in the layout of the Spiking Heidelberg Digits and Spiking Speech Commands (Cramer, Stradmann, Schemmel &
// Zenke 2022, IEEE Trans. Neural Netw. Learn. Syst. 33:2744): the HDF5 file holds
//
//   /spikes/times    for each sample a list of times, in seconds
//   /spikes/units    for each sample a list of channels, as long
//   /labels          for each sample its class
//
// and anything else, which does not matter. The whole file is read at once, by a child process (Hdf5Snapshot), and
// takes 16 bytes per event.
//
// Throws Error(file) if the file cannot be read and Error(input), with the dataset, when it is damaged, a dataset is
// missing or of another shape, their lengths differ or a label is not in [0, classes). Reading a sample throws
// Error(input), with sample and event, when its lists are not equally long, a time is negative, not finite, 9.2e6 s and
// more or before the one ahead of it, or a unit is not a whole number in [0, channels).
std::unique_ptr<EventSet> open_event_hdf5(const std::filesystem::path& path, std::uint32_t channels,
                                          std::uint32_t classes, EventOrder order, const SnapshotLimits& limits = {});

}  // namespace synop
