// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/error.h"

namespace oodscope::io {

using Json = nlohmann::json;

/// Parses a JSON file; an error names the file, the byte and the reason.
Result<Json> readJson(const std::filesystem::path& path);
/// The same of a text; `path` is for messages.
Result<Json> parseJson(std::string_view text, const std::filesystem::path& path);
Status writeJson(const std::filesystem::path& path, const Json& json);  // atomically, two-space indent

}  // namespace oodscope::io
