// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/image/preprocess.h"
#include "core/model/device.h"

namespace oodscope::model {

struct ImageFeatures {
    Matrix embeddings;  // [N, D] float32: before the projection (class token after ln_post)
    Matrix projected;   // [N, P] float32, not normalised; 0 × 0 where the model has no projection
};

/// An image tower on one device. Not thread-safe: one per worker.
class ImageEncoder {
public:
    virtual ~ImageEncoder() = default;
    /// `pixels`: count × size × size × 3 bytes, HWC RGB, resized and cropped but not normalised.
    /// Error OutOfMemory: halve the batch and try again.
    virtual Result<ImageFeatures> encode(std::span<const std::uint8_t> pixels, int count) = 0;
    /// For encoders that take long over a batch: encode() polls `stop` between layers and returns Cancelled.
    virtual void setStop(std::stop_token stop) { static_cast<void>(stop); }
    virtual int inputSize() const = 0;
    virtual int embeddingWidth() const = 0;
    virtual int projectedWidth() const = 0;  // 0: no projection
};

/// A text tower on one device.
class TextEncoder {
public:
    virtual ~TextEncoder() = default;
    /// [N, P] float32, projected, not normalised. Each sequence is padded to the context length.
    virtual Result<Matrix> encode(const std::vector<std::vector<std::int32_t>>& tokens) = 0;
};

}  // namespace oodscope::model
