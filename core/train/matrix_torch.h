// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <cstdint>

#include "core/base/matrix.h"

namespace oodscope::train {

/// The matrix as a float32 tensor [rows, cols] that shares its memory, which must outlive the tensor and must not be
/// written through it.
inline at::Tensor viewOf(const Matrix& matrix) {
    return at::from_blob(const_cast<float*>(matrix.data()),
                         {static_cast<std::int64_t>(matrix.rows()), static_cast<std::int64_t>(matrix.cols())},
                         at::kFloat);
}

}  // namespace oodscope::train
