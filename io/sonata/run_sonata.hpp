#pragma once

#include <filesystem>
#include <iosfwd>

#include "synop/io/run/run_options.hpp"
#include "synop/io/run/run_result.hpp"
#include "synop/io/sonata/config.hpp"

namespace synop {

// Runs a SONATA simulation and writes spikes, reports and result.json into options.folder or, if that is empty, into the
// folder that the configuration names. Populations, parts of populations and edges are those of the result's lists; what
// the files leave open is in its assumptions. `folder` gets the folder used. Throws Error.
RunResult run_sonata(const SonataConfig& config, const RunOptions& options, std::ostream& err,
                     std::filesystem::path& folder);

}  // namespace synop
