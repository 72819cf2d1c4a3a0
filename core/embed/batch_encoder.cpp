// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/batch_encoder.h"

#include <algorithm>
#include <string>

#include "core/base/log.h"

namespace oodscope::embed {
namespace {

std::size_t pixelBytes(int size) {
    return static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3;
}

bool fits(const Matrix& matrix, int count, std::size_t width) {
    return matrix.cols() == width && (width == 0 || matrix.rows() == static_cast<std::size_t>(count));
}

void clearRow(std::vector<float>& values, std::size_t row, std::size_t width) {
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(row * width), width, 0.0F);
}

}  // namespace

BatchEncoder::BatchEncoder(model::ImageEncoder& encoder, int batchSize)
    : m_encoder(encoder),
      m_bytesPerImage(pixelBytes(encoder.inputSize())),
      m_embeddingWidth(static_cast<std::size_t>(encoder.embeddingWidth())),
      m_projectedWidth(static_cast<std::size_t>(encoder.projectedWidth())),
      m_atOnce(batchSize),
      m_embeddings(static_cast<std::size_t>(batchSize) * m_embeddingWidth),
      m_projected(static_cast<std::size_t>(batchSize) * m_projectedWidth) {}

Status BatchEncoder::encodePart(const Batch& batch, int from, int count) {
    const auto start = static_cast<std::size_t>(from);
    const auto pixels = std::span<const std::uint8_t>(batch.pixels)
                            .subspan(start * m_bytesPerImage, static_cast<std::size_t>(count) * m_bytesPerImage);
    const auto features = m_encoder.encode(pixels, count);
    if (!features) return failFrom(features);
    if (!fits(features->embeddings, count, m_embeddingWidth) || !fits(features->projected, count, m_projectedWidth))
        return fail(ErrorCode::Internal, "the encoder gave features of another shape than it promised");
    std::ranges::copy(features->embeddings.values(),
                      m_embeddings.begin() + static_cast<std::ptrdiff_t>(start * m_embeddingWidth));
    if (m_projectedWidth > 0)
        std::ranges::copy(features->projected.values(),
                          m_projected.begin() + static_cast<std::ptrdiff_t>(start * m_projectedWidth));
    return {};
}

Result<EncodedBatch> BatchEncoder::encode(const Batch& batch) {
    for (int from = 0; from < batch.count;) {
        const int count = std::min(m_atOnce, batch.count - from);
        const Status status = encodePart(batch, from, count);
        if (!status && (status.error().code != ErrorCode::OutOfMemory || count == 1)) return failFrom(status);
        if (!status) {
            m_atOnce = (count + 1) / 2;
            spdlog::warn("out of memory with {} images at once; going on with {}", count, m_atOnce);
            continue;
        }
        from += count;
    }
    for (const BadImage& bad : batch.bad) {
        clearRow(m_embeddings, bad.index - batch.first, m_embeddingWidth);
        clearRow(m_projected, bad.index - batch.first, m_projectedWidth);
    }
    const auto rows = static_cast<std::size_t>(batch.count);
    return EncodedBatch{batch.number,
                        batch.first,
                        batch.count,
                        std::span(m_embeddings).first(rows * m_embeddingWidth),
                        std::span(m_projected).first(rows * m_projectedWidth),
                        batch.bad};
}

}  // namespace oodscope::embed
