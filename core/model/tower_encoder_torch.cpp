// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tower_encoder_torch.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/mm.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/model/matrix_torch.h"

namespace oodscope::model {

TowerEncoder::TowerEncoder(std::unique_ptr<const VisionTower> tower, int inputSize, const Placement& placement,
                           Projected projected, const at::Tensor& projection)
    : m_tower(std::move(tower)), m_inputSize(inputSize), m_placement(placement), m_projected(projected) {
    if (projected == Projected::Product) m_projection = placement.putFloat(projection);
}

int TowerEncoder::projectedWidth() const {
    switch (m_projected) {
        case Projected::Nothing:
            return 0;
        case Projected::Embeddings:
            return m_tower->width();
        case Projected::Product:
            break;
    }
    return static_cast<int>(m_projection.size(1));
}

// [N, D] float32; undefined when stopped.
at::Tensor TowerEncoder::encodeSlice(std::span<const std::uint8_t> pixels, int count) const {
    const at::Tensor host = at::from_blob(const_cast<std::uint8_t*>(pixels.data()),
                                          {count, m_inputSize, m_inputSize, 3}, at::TensorOptions(at::kByte));
    return m_tower->forward(host.to(m_placement.device), m_stop);
}

ImageFeatures TowerEncoder::project(const at::Tensor& pooled) const {
    const Matrix embeddings = toMatrix(pooled);
    if (m_projected == Projected::Nothing) return {embeddings, {}};
    return {embeddings, m_projected == Projected::Product ? toMatrix(at::mm(pooled, m_projection)) : embeddings};
}

Result<ImageFeatures> TowerEncoder::encodeSlices(std::span<const std::uint8_t> pixels, int count) const {
    const int slice = m_tower->sliceSize(count);
    const std::size_t each = pixels.size() / static_cast<std::size_t>(count);
    std::vector<at::Tensor> parts;
    for (int from = 0; from < count; from += slice) {
        const int part = std::min(slice, count - from);
        parts.push_back(encodeSlice(
            pixels.subspan(static_cast<std::size_t>(from) * each, static_cast<std::size_t>(part) * each), part));
        if (!parts.back().defined()) return cancelled();
    }
    return project(parts.size() == 1 ? parts.front() : at::cat(parts));
}

Result<ImageFeatures> TowerEncoder::encode(std::span<const std::uint8_t> pixels, int count) {
    const std::size_t each = std::size_t(inputSize()) * std::size_t(inputSize()) * 3;
    if (count < 0 || pixels.size() != each * static_cast<std::size_t>(count))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("image encoder: {} bytes do not hold {} images of {} x {} pixels", pixels.size(), count,
                                inputSize(), inputSize()));
    if (count == 0)
        return ImageFeatures{Matrix::own(0, static_cast<std::size_t>(embeddingWidth()), {}),
                             Matrix::own(0, static_cast<std::size_t>(projectedWidth()), {})};
    try {
        const c10::InferenceMode guard;
        return encodeSlices(pixels, count);
    } catch (const std::exception& exception) {
        return tl::unexpected(describeTorchError(exception, fmt::format("encoding {} images", count)));
    }
}

}  // namespace oodscope::model
