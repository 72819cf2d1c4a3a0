// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// The class of each row of something.
struct Labels {
    std::vector<std::int32_t> labels;  // into names; -1: none
    std::vector<std::string> names;    // sorted; numbers of an array by value
};

/// One class name a line (.csv, .txt; no header), or a 1-D .npy of whole numbers; -1 in either means no class. Errors
/// name the line or index: an empty line before the last name, a number that is no class, a file without labels.
Result<Labels> readLabels(const std::filesystem::path& path);

}  // namespace oodscope::io
