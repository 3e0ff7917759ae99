#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "synop/io/events/event_set.hpp"
#include "synop/io/events/geometry.hpp"

namespace synop {

struct EventFileOptions {
  enum class Format { address_bin, csv };
  Format format = Format::address_bin;
  EventGeometry geometry;
  std::uint32_t classes = 0;  // labels are in [0, classes)
  std::string time_unit;      // of CSV files that do not say it
  EventOrder order = EventOrder::ascending;
};

// A set with one file for each sample, read when it is asked for. `path` is
//
//   a folder   PATH/<label>/<name>.bin (or .csv), as N-MNIST is distributed. Samples are in the order of their file
//   names, and for
//              equal names of their labels: N-MNIST's names are numbers, so classes come mixed as in MNIST;
//   a file     a list with the header file,label and one line for each sample, in that order, paths relative to the
//   list.
//
// Throws Error(file) if a folder or the list cannot be read and Error(input) when a label is not in [0, classes), there
// are no samples, a file of the list does not exist, or the folder holds anything but folders named after labels.
std::unique_ptr<EventSet> open_event_files(const std::filesystem::path& path, const EventFileOptions& options);

// All files that such a set reads, the list among them if it is one. Throws the same.
std::vector<std::filesystem::path> event_file_paths(const std::filesystem::path& path, EventFileOptions::Format format,
                                                    std::uint32_t classes);

}  // namespace synop
