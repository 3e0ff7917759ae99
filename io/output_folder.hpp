#pragma once

#include <filesystem>
#include <span>
#include <string_view>

namespace synop {

enum class Overwrite { no, yes };

// Throws Error(file) if create_output_folder() would; creates nothing. To be asked before long work begins.
void check_output_folder(const std::filesystem::path& folder, Overwrite overwrite);

// Makes `folder`, with its parents, ready for results. A folder that already holds something is refused unless
// `overwrite` is yes; then the files that its result.json lists are deleted, so that none of an earlier run is left
// among the new ones, and nothing else. Throws Error(file) if the folder is not empty, is a file, or cannot be written.
void create_output_folder(const std::filesystem::path& folder, Overwrite overwrite);

// Deletes the files that the folder's result.json lists, but for those to keep; result.json itself last, so that it can be
// done again if it is cut short. Nothing where there is none. Throws Error(file).
void remove_results(const std::filesystem::path& folder, std::span<const std::string_view> keep = {});

// Writes a file that is never seen half-written: <path>.part, then fsync, then rename. Throws Error(file).
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace synop
