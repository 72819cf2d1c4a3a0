// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::probe {

/// Mean and unbiased standard deviation of every column, summed in double and rounded to float32.
struct ColumnStats {
    std::vector<float> mean;
    std::vector<float> std;  // 1 where the column is constant
    std::size_t constantColumns = 0;
};

/// The result does not depend on the number of threads. Errors: no rows, NaN or infinity (the first such row).
Result<ColumnStats> columnStats(const Matrix& features);

/// out = (x − mean)/std for rows [first, first + count); `out` has room for count · cols floats.
void standardizeRows(const Matrix& features, std::size_t first, std::size_t count, const std::vector<float>& mean,
                     const std::vector<float>& std, float* out);

/// The same for one row.
void standardizeRow(const float* row, const std::vector<float>& mean, const std::vector<float>& std, float* out);

}  // namespace oodscope::probe
