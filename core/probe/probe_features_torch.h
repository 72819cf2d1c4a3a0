// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "core/base/matrix.h"
#include "core/probe/standardize.h"

namespace oodscope::probe {

/// Where the steps of a training find their rows.
struct ProbeFeatures {
    std::int64_t rows = 0;
    std::int64_t width = 0;
    at::TensorOptions options;  // type (float32 or bfloat16) and device of a batch
    /// Fills `batch` [n, D] with the standardised rows `rows` (int64 [n] on the device).
    std::function<void(const at::Tensor& rows, at::Tensor& batch)> gather;
};

/// Rows of a standardised matrix that lies on the device.
ProbeFeatures residentFeatures(const at::Tensor& standardised);

/// Rows of `features`, standardised as they are gathered: no copy of the matrix, which may be a mapped file larger than
/// memory. On the CPU only; `half` rounds to bfloat16. Both arguments must outlive the result.
ProbeFeatures streamedFeatures(const Matrix& features, const ColumnStats& stats, bool half);

/// The standardised matrix as one tensor on `options`' device, made in blocks.
at::Tensor standardisedTensor(const Matrix& features, const ColumnStats& stats, const at::TensorOptions& options);

}  // namespace oodscope::probe
