// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/matrix.h"

namespace oodscope::model {

/// A 2-D tensor of any type and device as a matrix (shared where it is contiguous float32 on the CPU).
Matrix toMatrix(const at::Tensor& tensor);
/// A matrix as a float32 CPU tensor that shares its storage. Read-only.
at::Tensor toTensor(const Matrix& matrix);

}  // namespace oodscope::model
