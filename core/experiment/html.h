// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oodscope::experiment {

/// Text for use in HTML or SVG, in elements and in quoted attributes.
std::string htmlEscaped(std::string_view text);

/// A table whose first column is text and whose others are numbers; cells are escaped.
std::string htmlTable(std::span<const std::string> header, const std::vector<std::vector<std::string>>& rows);

/// Nested values as nested lists of names and values; empty ones are left out.
std::string htmlTree(const nlohmann::json& value);

/// "data:image/png;base64,…": a file's bytes as an address.
std::string dataAddress(std::string_view mediaType, std::string_view bytes);

/// A whole page: title and body, with a style sheet of its own for screen (light and dark) and paper.
std::string htmlPage(std::string_view title, std::string_view body);

}  // namespace oodscope::experiment
