#include "synop/io/csv/spike_csv.hpp"

#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "synop/io/detail/durable.hpp"

namespace synop {

namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

// In quotes, with quotes doubled, where a comma or a quote would be misread.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) field.append(c == '"' ? 2 : 1, c);
  return field + '"';
}

}  // namespace

struct SpikeCsvWriter::Implementation {
  PartFile file;
  std::vector<std::string> populations;
  std::string buffer;

  void write_buffer() {
    file.write(buffer);
    buffer.clear();
  }
};

SpikeCsvWriter::SpikeCsvWriter(const std::filesystem::path& path, std::vector<std::string> populations)
    : implementation_(
          std::make_unique<Implementation>(Implementation{PartFile(path), {}, "time_ms,population,neuron\n"})) {
  for (const std::string& name : populations) implementation_->populations.push_back(csv_field(name));
}

SpikeCsvWriter::SpikeCsvWriter(SpikeCsvWriter&&) noexcept = default;
SpikeCsvWriter::~SpikeCsvWriter() = default;

// The integer ticks are split, not divided as doubles, so that the text is exact however late the spike.
void SpikeCsvWriter::append(std::size_t population, std::span<const Spike> spikes) {
  const std::string& name = implementation_->populations.at(population);
  for (const Spike& spike : spikes) {
    const bool negative = spike.time.ticks < 0;
    const std::int64_t ticks = negative ? -spike.time.ticks : spike.time.ticks;
    fmt::format_to(std::back_inserter(implementation_->buffer), "{}{}.{:09},{},{}\n", negative ? "-" : "",
                   ticks / ticks_per_ms, ticks % ticks_per_ms, name, spike.neuron);
    if (implementation_->buffer.size() > buffer_bytes) implementation_->write_buffer();
  }
}

void SpikeCsvWriter::finish() {
  implementation_->write_buffer();
  implementation_->file.publish();
}

}  // namespace synop
