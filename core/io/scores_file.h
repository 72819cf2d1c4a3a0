// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// One score a line (.csv, .txt; a single header line is accepted), a 1-D .npy, or a .npz as OpenOOD writes it
/// ("conf"). An error names the line.
Result<std::vector<double>> readScores(const std::filesystem::path& path);

}  // namespace oodscope::io
