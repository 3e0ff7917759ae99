#include "synop/io/experiment/check_data_file.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace synop {

void check_data_file(const SourcePosition& position, const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::exists(path, failure)) return;
  const std::string reason = failure ? failure.message() : std::generic_category().message(ENOENT);
  throw Error(ErrorKind::file, fmt::format("{}: cannot open '{}': {}", position.text(), path.string(), reason));
}

}  // namespace synop
