// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::probe {

/// argmax over classes of (L2-normalised projected row · class vector), first class on ties (method.md section 4.1).
/// projected [N, P] float32, classVectors [C, P] float32 L2-normalised. Error: widths differ, or a row of zeros or NaN.
Result<std::vector<std::int32_t>> pseudoLabels(const Matrix& projected, const Matrix& classVectors);

/// L2-normalised projected rows times class vectors: raw cosines [N, C].
Result<Matrix> zeroShotLogits(const Matrix& projected, const Matrix& classVectors);

/// Class vectors from prompts: L2norm(mean over prompts of L2norm(text embedding)) (method.md section 3).
/// textEmbeddings [C·K, P], class-major. Result [C, P].
Result<Matrix> classVectors(const Matrix& textEmbeddings, std::size_t classCount);

}  // namespace oodscope::probe
