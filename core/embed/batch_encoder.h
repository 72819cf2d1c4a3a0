// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/embed/batch_feeder.h"
#include "core/model/encoder.h"

namespace oodscope::embed {

/// What comes out of a device worker. The spans are valid during the call that hands it over.
struct EncodedBatch {
    std::size_t number = 0;
    std::size_t first = 0;
    int count = 0;
    std::span<const float> embeddings;  // count × D; the rows of bad images are zeros
    std::span<const float> projected;   // count × P
    std::span<const BadImage> bad;
};

/// Encodes whole batches on one device. Out of memory halves the part that is encoded at once, for this batch and the
/// following ones, down to one image.
class BatchEncoder {
public:
    BatchEncoder(model::ImageEncoder& encoder, int batchSize);

    Result<EncodedBatch> encode(const Batch& batch);

private:
    Status encodePart(const Batch& batch, int from, int count);

    model::ImageEncoder& m_encoder;
    std::size_t m_bytesPerImage;
    std::size_t m_embeddingWidth;
    std::size_t m_projectedWidth;
    int m_atOnce;
    std::vector<float> m_embeddings;
    std::vector<float> m_projected;
};

}  // namespace oodscope::embed
