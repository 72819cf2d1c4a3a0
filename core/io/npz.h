// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// The lists of numbers of a .npz file that numpy.savez wrote, by name. Arrays of other shapes are left out; a file of
/// savez_compressed is an error, as is one without any list.
Result<std::map<std::string, std::vector<double>>> readNpzVectors(const std::filesystem::path& path);

using NpzVector = std::variant<std::vector<double>, std::vector<std::int64_t>>;

/// As numpy.savez writes it: float64 and int64 lists, not compressed. Atomically.
Status writeNpz(const std::filesystem::path& path, const std::map<std::string, NpzVector>& arrays);

}  // namespace oodscope::io
