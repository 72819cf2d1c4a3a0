// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The attention pooling of CLIP's ResNets: their mean asks all positions. See Note [One query] in the .cpp.
class AttentionPool {
public:
    AttentionPool() = default;
    /// `weights`: positional_embedding, {q,k,v,c}_proj.{weight,bias} after `prefix`.
    AttentionPool(const Weights& weights, const std::string& prefix, int heads, const Placement& placement);

    /// [N, C, H, W] → [N, D] float32.
    at::Tensor apply(const at::Tensor& x) const;

private:
    int m_heads = 0;
    at::Tensor m_position;                  // [1 + H W, C]
    at::Tensor m_queryWeight, m_queryBias;  // [C, C], [C]: scaled
    at::Tensor m_keyWeight;                 // [heads, C / heads, C]
    at::Tensor m_valueWeight;               // [heads, C, C / heads]
    at::Tensor m_outWeight, m_outBias;      // [D, C], [D]: with the bias of the values
};

}  // namespace oodscope::model
