// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::probe {

/// Calls take(i, cosines of row i with every class vector) for every row of `projected` [N, P], from several threads,
/// each row once. Rows are normalised here; class vectors [C, P] must be. No more than a block of rows is copied.
/// Errors: widths differ, a row of zeros or NaN.
Status forEachCosineRow(const Matrix& projected, const Matrix& classVectors,
                        const std::function<void(std::size_t row, std::span<const float> cosines)>& take);

/// Length of a row, summed in double.
double rowLength(std::span<const float> row);

/// All cosines [N, C] into `out`.
Status cosinesInto(const Matrix& projected, const Matrix& classVectors, float* out);

}  // namespace oodscope::probe
