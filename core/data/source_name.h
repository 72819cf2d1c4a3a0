// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace oodscope::data {

/// A data set as a user names it: a folder or file, and after '#' which part of it ("cifar-10-batches-bin#test").
struct SourceName {
    std::filesystem::path path;
    std::string part;  // empty: all of it
};

/// A path that is there as it stands has no part, whatever its name.
SourceName parseSource(const std::filesystem::path& source);
/// Absolute, normalised, without a slash at the end: names are taken from it, and the working folder may change.
std::filesystem::path tidied(const std::filesystem::path& path);
/// Whether the folder or file of `source` is there.
bool sourceExists(const std::filesystem::path& source);

}  // namespace oodscope::data
