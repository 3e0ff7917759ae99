#pragma once

#include <filesystem>
#include <string>

#include "synop/io/energy/energy_account.hpp"

namespace synop {

// The account as HDF5: /ledger/populations and /ledger/projections with one column per count, /energy with one row per
// price table, way to charge memory and opponent (docs/file_formats.md). Error(file) if it cannot be written.
void write_account_file(const EnergyAccount& account, const std::filesystem::path& path,
                        const std::string& command_line);

}  // namespace synop
