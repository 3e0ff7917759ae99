#include "synop/core/machine.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <omp.h>

#include "synop/core/error.hpp"

namespace synop {

std::uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  std::uint64_t kilobytes = 0;
  std::string unit;
  while (file >> key >> kilobytes) {
    if (key == "MemAvailable:") return kilobytes * 1024;
    std::getline(file, unit);
  }
  return std::numeric_limits<std::uint64_t>::max();
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

int processors() {
  return omp_get_num_procs();
}

int resolved_threads(int threads) {
  if (threads < 0 || threads > most_threads)
    throw Error(ErrorKind::usage,
                fmt::format("threads = {} is outside the allowed range [0, {}]", threads, most_threads));
  return threads > 0 ? threads : std::min(omp_get_max_threads(), most_threads);
}

}  // namespace synop
