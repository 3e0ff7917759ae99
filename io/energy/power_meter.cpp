#include "synop/io/energy/power_meter.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>

namespace synop {

namespace {

namespace fs = std::filesystem;

constexpr double most_watts = 1000.0;  // of one package
constexpr auto shortest = std::chrono::seconds(1);

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The number in a file; why there is none goes to `failure`.
std::optional<std::uint64_t> number_of(const fs::path& path, std::string& failure) {
  errno = 0;
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (file >> value) return value;
  const char* const why = errno != 0 ? std::strerror(errno) : "it holds no number";
  failure = fmt::format("{} cannot be read: {}{}", path.string(), why,
                        errno == EACCES ? " (only root may, unless the file's mode is changed)" : "");
  return std::nullopt;
}

// "intel-rapl:0" for a prefix of "intel-rapl:"; nothing more may follow the number.
bool is_numbered(const std::string& name, const std::string& prefix) {
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return false;
  return name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

// Folders in a folder whose names are `prefix` and a number, sorted.
std::vector<fs::path> numbered(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (fs::directory_iterator i(folder, failure), end; !failure && i != end; i.increment(failure))
    if (is_numbered(i->path().filename().string(), prefix)) found.push_back(i->path());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

PowerMeter::PowerMeter(const fs::path& root) {
  std::error_code failure;
  if (!fs::is_directory(root, failure)) {
    no_counters_ = fmt::format("this machine shows no power counters: {}",
                               failure && failure != std::errc::no_such_file_or_directory
                                   ? fmt::format("{} cannot be read: {}", root.string(), failure.message())
                                   : fmt::format("there is no {}", root.string()));
    return;
  }
  find(root);
  if (domains_.empty() && no_counters_.empty())
    no_counters_ = fmt::format("this machine shows no power counters: {} has no intel-rapl:<n> of a processor package",
                               root.string());
}

void PowerMeter::find(const fs::path& root) {
  for (const fs::path& folder : numbered(root, "intel-rapl:")) {
    const std::string package = text_of(folder / "name");
    if (!package.starts_with("package")) continue;
    add(folder, package, false);
    for (const fs::path& part : numbered(folder, folder.filename().string() + ":"))
      if (text_of(part / "name") == "dram") add(part, "dram of " + package, true);
  }
}

void PowerMeter::add(const fs::path& folder, const std::string& name, bool dram) {
  Domain domain{.name = name, .folder = folder, .dram = dram};
  std::string failure;
  const auto range = number_of(folder / "max_energy_range_uj", failure);
  const auto now = number_of(folder / "energy_uj", failure);
  if (!range || !now) {
    // Without the memory the packages are still a measurement; without one package there is none.
    if (!dram && no_counters_.empty()) no_counters_ = failure;
    return;
  }
  domain.range = *range;
  domains_.push_back(std::move(domain));
}

void PowerMeter::start() {
  failure_.clear();
  for (Domain& domain : domains_) {
    domain.last = number_of(domain.folder / "energy_uj", failure_).value_or(0);
    domain.used = 0;
  }
  started_ = read_at_ = Clock::now();
}

void PowerMeter::sample() {
  if (Clock::now() - read_at_ >= shortest) read();
}

void PowerMeter::read() {
  if (!no_counters_.empty() || !failure_.empty()) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - read_at_).count();
  read_at_ = Clock::now();
  for (Domain& domain : domains_) {
    const auto now = number_of(domain.folder / "energy_uj", failure_);
    if (!now) return;
    if (seconds * most_watts * 1e6 > static_cast<double>(domain.range)) {
      failure_ = fmt::format("{:.0f} s passed between two readings of {}, in which its counter may have wrapped twice",
                             seconds, domain.name);
      return;
    }
    domain.used += *now >= domain.last ? *now - domain.last : domain.range - domain.last + *now;
    domain.last = *now;
  }
}

MeasuredEnergy PowerMeter::stop() {
  MeasuredEnergy measured;
  read();
  measured.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  measured.not_measured = no_counters_.empty() ? failure_ : no_counters_;
  if (!measured.not_measured.empty()) return measured;
  double packages = 0.0;
  for (const Domain& domain : domains_) {
    const double joules = static_cast<double>(domain.used) * 1e-6;
    if (domain.dram)
      measured.dram_joules = measured.dram_joules.value_or(0.0) + joules;
    else
      packages += joules;
    measured.domains.push_back(domain.name);
  }
  measured.joules = packages;
  return measured;
}

}  // namespace synop
