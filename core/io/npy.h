// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/io/mapped_file.h"

namespace oodscope::io {

/// A 2-D array of float16/32/64 (C or Fortran order) as float32.
Result<Matrix> readNpyMatrix(const std::filesystem::path& path);
/// A 1-D (or N × 1) array of floats or integers as double.
Result<std::vector<double>> readNpyVector(const std::filesystem::path& path);
/// The same for an array inside a mapping; errors call it `path`.
Result<std::vector<double>> npyVectorIn(const MappedFile& file, const std::filesystem::path& path);
Status writeNpy(const std::filesystem::path& path, const Matrix& matrix);
Status writeNpy(const std::filesystem::path& path, std::span<const double> values);

}  // namespace oodscope::io
