#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synop/io/sonata/config.hpp"
#include "synop/io/sonata/detail/config_file.hpp"

namespace synop::sonata {

// The members of inputs and of reports, those left out as assumptions. `dt`: of the run, in ms, if it gives one. Keys that
// nothing reads are added to `unread`.
void read_inputs(const ConfigFile& file, SonataConfig& config, std::vector<std::string>& unread);
void read_reports(const ConfigFile& file, std::optional<double> dt, SonataConfig& config,
                  std::vector<std::string>& unread);

}  // namespace synop::sonata
