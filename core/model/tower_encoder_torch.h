// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <stop_token>
#include <utility>

#include "core/model/encoder.h"
#include "core/model/vision_tower_torch.h"

namespace oodscope::model {

/// The image encoder of every architecture: slices, uploads the bytes, runs the tower, projects.
class TowerEncoder final : public ImageEncoder {
public:
    /// What `projected` holds.
    enum class Projected {
        Nothing,
        Embeddings,  // the same again: the tower's output is in the space of the text already
        Product,     // embeddings times the projection
    };

    TowerEncoder(std::unique_ptr<const VisionTower> tower, int inputSize, const Placement& placement,
                 Projected projected = Projected::Nothing, const at::Tensor& projection = {});  // [D, P]

    Result<ImageFeatures> encode(std::span<const std::uint8_t> pixels, int count) override;
    void setStop(std::stop_token stop) override { m_stop = std::move(stop); }
    int inputSize() const override { return m_inputSize; }
    int embeddingWidth() const override { return m_tower->width(); }
    int projectedWidth() const override;

private:
    at::Tensor encodeSlice(std::span<const std::uint8_t> pixels, int count) const;
    Result<ImageFeatures> encodeSlices(std::span<const std::uint8_t> pixels, int count) const;
    ImageFeatures project(const at::Tensor& pooled) const;

    std::unique_ptr<const VisionTower> m_tower;
    int m_inputSize;
    Placement m_placement;
    Projected m_projected;
    at::Tensor m_projection;  // [D, P] float32
    std::stop_token m_stop;
};

}  // namespace oodscope::model
