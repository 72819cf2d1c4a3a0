// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <stop_token>
#include <utility>

#include "core/model/clip_config.h"
#include "core/model/encoder.h"
#include "core/model/transformer_torch.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The vision transformer of open_clip. `weights` need to hold the tensors "visual.*" only.
class ClipImageEncoder final : public ImageEncoder {
public:
    ClipImageEncoder(const ClipConfig& config, const ClipWeights& weights, const Placement& placement);

    Result<ImageFeatures> encode(std::span<const std::uint8_t> pixels, int count) override;
    void setStop(std::stop_token stop) override { m_stop = std::move(stop); }
    int inputSize() const override { return m_config.vision.imageSize; }
    int embeddingWidth() const override { return m_config.vision.transformer.width; }
    int projectedWidth() const override { return m_config.embedDim; }

private:
    at::Tensor embedPatches(const at::Tensor& pixels) const;
    at::Tensor pooledTokens(at::Tensor x) const;
    int sliceSize(int count) const;
    at::Tensor encodeSlice(std::span<const std::uint8_t> pixels, int count) const;
    Result<ImageFeatures> encodeSlices(std::span<const std::uint8_t> pixels, int count) const;

    ClipConfig m_config;
    Placement m_placement;
    at::Tensor m_centre;       // [3]: a whole number per channel near the mean
    at::Tensor m_patchWeight;  // [W, patch * patch * 3]: on pixels less the centre
    at::Tensor m_position;     // [L, W]: with the class embedding and the patch bias added
    at::Tensor m_preWeight, m_preBias;
    Transformer m_transformer;
    at::Tensor m_postWeight, m_postBias;  // float32
    at::Tensor m_projection;              // [W, P] float32
    std::stop_token m_stop;
};

/// The text transformer of open_clip. `weights` need to hold all but the tensors "visual.*".
class ClipTextEncoder final : public TextEncoder {
public:
    ClipTextEncoder(const ClipConfig& config, const ClipWeights& weights, const Placement& placement);

    Result<Matrix> encode(const std::vector<std::vector<std::int32_t>>& tokens) override;

private:
    Status check(const std::vector<std::vector<std::int32_t>>& tokens) const;
    at::Tensor encodeGroup(std::span<const std::vector<std::int32_t>> tokens) const;
    std::int64_t pooledRow(std::span<const std::int64_t> padded) const;

    ClipConfig m_config;
    Placement m_placement;
    at::Tensor m_tokens;    // [V, W]
    at::Tensor m_position;  // [context, W]
    Transformer m_transformer;
    at::Tensor m_finalWeight, m_finalBias;  // float32
    at::Tensor m_projection;                // [W, P] float32; undefined without a projection
    at::Tensor m_projectionBias;            // [P] float32; may be undefined
};

}  // namespace oodscope::model
