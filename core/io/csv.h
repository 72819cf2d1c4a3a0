// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// The cells of a CSV file (RFC 4180: quotes, doubled quotes, line ends inside quotes), each row as wide as the first.
/// Errors name the line: a quote that is not closed or stands inside a cell, a row of another width, no rows at all.
Result<std::vector<std::vector<std::string>>> readCsv(const std::filesystem::path& path);

/// One row with its line end; cells are quoted where needed.
std::string csvRow(std::span<const std::string> cells);

}  // namespace oodscope::io
