#include "synop/io/events/event_files.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <tuple>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/events/address_bin.hpp"
#include "synop/io/events/event_csv.hpp"

namespace synop {

namespace {

namespace fs = std::filesystem;
using Format = EventFileOptions::Format;

constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 31;  // bytes; N-MNIST has some 25 thousand

struct File {
  fs::path path;
  std::uint32_t label = 0;
};

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::input, message);
}

std::uint32_t label_of(std::string_view text, std::uint32_t classes, const std::string& where) {
  std::uint32_t label = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), label);
  if (failure != std::errc() || end != text.data() + text.size() || label >= classes)
    refuse(fmt::format("{}: '{}' is no label; allowed: integers in [0, {})", where, text, classes));
  return label;
}

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure))
    if (!at->path().filename().string().starts_with('.')) entries.push_back(*at);
  if (failure)
    throw Error(ErrorKind::file, fmt::format("cannot read the folder '{}': {}", folder.string(), failure.message()));
  return entries;
}

std::vector<File> files_of_folder(const fs::path& folder, const std::string& ending, std::uint32_t classes) {
  std::vector<File> files;
  for (const fs::directory_entry& of_label : entries_of(folder)) {
    if (!of_label.is_directory())
      refuse(fmt::format("'{}' is no folder; a set of event files holds a folder for each label",
                         of_label.path().string()));
    const std::uint32_t label = label_of(of_label.path().filename().string(), classes,
                                         fmt::format("the folder '{}'", of_label.path().string()));
    for (const fs::directory_entry& file : entries_of(of_label.path())) {
      if (file.path().extension() != ending)
        refuse(fmt::format("'{}' does not end in {}", file.path().string(), ending));
      files.push_back({file.path(), label});
    }
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) {
    return std::make_tuple(a.path.filename().string(), a.label, a.path.string()) <
           std::make_tuple(b.path.filename().string(), b.label, b.path.string());
  });
  return files;
}

// "name,label" at the last comma, so that names may hold commas.
std::vector<File> files_of_list(const fs::path& list, std::uint32_t classes) {
  std::ifstream in(list);
  if (!in) throw Error(ErrorKind::file, fmt::format("the list '{}' cannot be read", list.string()));
  std::vector<File> files;
  bool header = true;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    const std::string where = fmt::format("{}:{}", list.string(), number);
    const std::size_t comma = line.rfind(',');
    if (header) {
      if (line != "file,label")
        refuse(fmt::format("{}: a list of event files begins with the header 'file,label', found '{}'", where, line));
      header = false;
      continue;
    }
    if (comma == std::string::npos) refuse(fmt::format("{}: '{}' is not 'file,label'", where, line));
    const fs::path file = list.parent_path() / line.substr(0, comma);
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) refuse(fmt::format("{}: there is no file '{}'", where, file.string()));
    files.push_back({file, label_of(std::string_view(line).substr(comma + 1), classes, where)});
  }
  if (header)
    refuse(
        fmt::format("{}: a list of event files begins with the header 'file,label', but it is empty", list.string()));
  return files;
}

std::vector<std::uint8_t> bytes_of(const fs::path& path) {
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path, failure);
  std::ifstream in(path, std::ios::binary);
  if (failure || !in) throw Error(ErrorKind::file, fmt::format("the file '{}' cannot be read", path.string()));
  if (size > largest_file)
    refuse(fmt::format("'{}' has {} bytes; a sample may have at most {}", path.string(), size, largest_file));
  std::vector<std::uint8_t> bytes(size);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(in.gcount()) != size)
    throw Error(ErrorKind::file, fmt::format("the file '{}' cannot be read to its end", path.string()));
  return bytes;
}

class EventFiles final : public EventSet {
 public:
  EventFiles(std::string origin, std::vector<File> files, EventFileOptions options)
      : origin_(std::move(origin)), files_(std::move(files)), options_(std::move(options)) {}

  const std::string& origin() const override { return origin_; }
  std::uint64_t size() const override { return files_.size(); }
  std::uint32_t channels() const override { return options_.geometry.channels(); }
  std::uint32_t label(std::uint64_t sample) const override { return files_.at(sample).label; }
  std::vector<Spike> events(std::uint64_t sample) const override {
    const fs::path& path = files_.at(sample).path;
    if (options_.format == Format::csv)
      return read_event_csv(path, options_.geometry, options_.time_unit, options_.order);
    return parse_address_bin(bytes_of(path), options_.geometry, options_.order, path.string());
  }

 private:
  std::string origin_;
  std::vector<File> files_;
  EventFileOptions options_;
};

std::vector<File> samples_of(const fs::path& path, Format format, std::uint32_t classes) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw Error(ErrorKind::file, fmt::format("'{}' does not exist", path.string()));
  const std::string ending = format == Format::csv ? ".csv" : ".bin";
  std::vector<File> files =
      fs::is_directory(path, ignored) ? files_of_folder(path, ending, classes) : files_of_list(path, classes);
  if (files.empty())
    refuse(fmt::format("'{}' holds no samples; expected: {}/<label>/<name>{}, or a list of files", path.string(),
                       path.string(), ending));
  return files;
}

}  // namespace

std::unique_ptr<EventSet> open_event_files(const fs::path& path, const EventFileOptions& options) {
  return std::make_unique<EventFiles>(path.string(), samples_of(path, options.format, options.classes), options);
}

std::vector<fs::path> event_file_paths(const fs::path& path, Format format, std::uint32_t classes) {
  std::vector<fs::path> paths;
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) paths.push_back(path);
  for (const File& file : samples_of(path, format, classes)) paths.push_back(file.path);
  return paths;
}

}  // namespace synop
