#include "synop/io/tasks/data_fingerprint.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/events/event_files.hpp"
#include "synop/io/fnv1a.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/tasks/idx_reader.hpp"

namespace synop {

namespace {

using std::filesystem::path;

// Adds the content of a file; false if it cannot be read.
bool add_content(const path& file, DataFingerprint& print, Fnv1a& hash) {
  constexpr std::size_t chunk = std::size_t{1} << 20;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return false;
  std::ifstream in(file, std::ios::binary);
  std::string bytes(chunk, '\0');
  while (in) {
    refuse_if_interrupted();
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    hash.add(std::string_view(bytes.data(), got));
    print.bytes += got;
  }
  return in.eof();
}

// Collects the fingerprints of an experiment's files.
class Fingerprints {
 public:
  void add(const SourceTable& table, std::string_view key, const path& file) {
    if (file.empty()) return;
    DataFingerprint print{.key = table.at(key).key, .path = file.string()};
    Fnv1a hash;
    if (!add_content(file, print, hash)) return;
    print.hash = hash.value();
    all_.push_back(std::move(print));
  }

  void add_set(const SourceTable& table, std::string_view key, const path& set, const std::vector<path>& files) {
    DataFingerprint print{.key = table.at(key).key, .path = set.string()};
    Fnv1a hash;
    for (const path& file : files) {
      hash.add(file.lexically_proximate(set).generic_string());
      if (!add_content(file, print, hash)) return;
    }
    print.hash = hash.value();
    all_.push_back(std::move(print));
  }

  std::vector<DataFingerprint> take() { return std::move(all_); }

 private:
  std::vector<DataFingerprint> all_;
};

void add_dataset(const DatasetSection& dataset, Fingerprints& prints) {
  using Source = DatasetSection::Source;
  switch (dataset.source) {
    case Source::generated: return;
    case Source::csv:
    case Source::event_hdf5: return prints.add(dataset.where, "path", dataset.path);
    case Source::idx:
    case Source::synthetic_saccades:
      if (dataset.path.empty()) return;
      for (const path& file : idx_files(dataset.path)) prints.add(dataset.where, "path", file);
      return;
    case Source::event_bin:
    case Source::event_csv: {
      const bool csv = dataset.source == Source::event_csv;
      using Format = EventFileOptions::Format;
      return prints.add_set(dataset.where, "path", dataset.path,
                            event_file_paths(dataset.path, csv ? Format::csv : Format::address_bin, dataset.classes));
    }
  }
}

std::string text_of(const DataFingerprint& print) {
  return fmt::format("{} bytes with the hash {:016x}", print.bytes, print.hash);
}

const DataFingerprint* find(const std::vector<DataFingerprint>& all, const DataFingerprint& like) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const DataFingerprint& each) {
    return each.key == like.key && each.path == like.path;
  });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

std::vector<DataFingerprint> data_fingerprints(const Experiment& experiment) {
  Fingerprints prints;
  if (experiment.task) {
    add_dataset(experiment.task->dataset, prints);
    prints.add(experiment.task->where, "learned", experiment.task->learned);
  }
  if (experiment.nir) {
    prints.add(experiment.nir->where, "file", experiment.nir->file);
    prints.add(experiment.nir->where, "spike_file", experiment.nir->spike_file);
  }
  for (const PopulationSection& population : experiment.populations) {
    prints.add(population.where, "spike_file", population.spike_file);
    if (population.positions) prints.add(population.where, "positions.file", population.positions->file);
  }
  for (const ProjectionSection& projection : experiment.projections) {
    prints.add(projection.where, "file", projection.rule.file);
    prints.add(projection.where, "weight.learned", projection.learned_weights);
  }
  return prints.take();
}

std::string difference(const std::vector<DataFingerprint>& before, const std::vector<DataFingerprint>& now) {
  for (const DataFingerprint& print : before) {
    const DataFingerprint* const same = find(now, print);
    if (same == nullptr) return fmt::format("{}: '{}' cannot be read any more", print.key, print.path);
    if (*same != print)
      return fmt::format("{}: '{}' held {} and holds {} now", print.key, print.path, text_of(print), text_of(*same));
  }
  for (const DataFingerprint& print : now)
    if (find(before, print) == nullptr)
      return fmt::format("{}: '{}' could not be read then and can be now", print.key, print.path);
  return {};
}

}  // namespace synop
