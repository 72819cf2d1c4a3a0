// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/clip_config.h"
#include "core/model/encoder.h"
#include "core/model/transformer_torch.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The text transformer of open_clip. `weights` need to hold all but the tensors "visual.*".
class ClipTextEncoder final : public TextEncoder {
public:
    ClipTextEncoder(const ClipConfig& config, const Weights& weights, const Placement& placement);

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
