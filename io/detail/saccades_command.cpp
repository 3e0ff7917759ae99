#include <filesystem>
#include <fstream>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/events/address_bin.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"
#include "synop/io/tasks/saccades.hpp"

namespace synop::detail {

namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure)
    throw Error(ErrorKind::file, fmt::format("cannot make the folder '{}': {}", folder.string(), failure.message()));
}

void write_bytes(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw Error(ErrorKind::file, fmt::format("the file '{}' cannot be written", path.string()));
}

}  // namespace

// Files are written into FOLDER.part, which becomes FOLDER when all are there.
int saccades_command(const SaccadeArguments& arguments, std::ostream& out) {
  const fs::path folder = arguments.folder;
  fs::path part = folder;
  part += ".part";
  for (const fs::path& existing : {folder, part})
    if (fs::exists(existing)) throw Error(ErrorKind::file, fmt::format("'{}' exists already", existing.string()));
  const ImageSet images = arguments.images.empty()
                              ? generate_digits(arguments.seed, arguments.first, arguments.samples)
                              : read_idx_folder(arguments.images).slice(arguments.first, arguments.samples);
  const EventGeometry geometry = saccade_geometry(images);
  const std::unique_ptr<EventSet> set = saccade_events(images, {arguments.threshold});
  std::uint64_t events = 0;
  for (std::uint64_t i = 0; i < set->size(); ++i) {
    refuse_if_interrupted();
    const fs::path of_label = part / std::to_string(set->label(i));
    make_folder(of_label);
    const std::vector<std::uint8_t> bytes = address_bin(set->events(i), geometry);
    write_bytes(of_label / fmt::format("{:05}.bin", arguments.first + i), bytes);
    events += bytes.size() / 5;
  }
  std::error_code failure;
  fs::rename(part, folder, failure);
  if (failure)
    throw Error(ErrorKind::file, fmt::format("cannot name the folder '{}': {}", folder.string(), failure.message()));
  fmt::print(out, "{}\n{} samples with {} events of {}, 2 polarities, {} ms, in {}\n", set->origin(),
             grouped(set->size()), grouped(events), geometry.text(), saccade_ms, folder.string());
  return 0;
}

}  // namespace synop::detail
