// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/weights_torch.h"

namespace oodscope::model {

// Note [Residual stream]
// Every block of a transformer adds to one running sum. In bfloat16 that sum would be rounded twice a block, to 8 bits,
// and these errors add up. On the CPU it is float32 whatever the type of the products (Placement::sumType): one pass
// adds what a block gave, normalises, and rounds once for the next product. It reads and writes no more memory than a
// sum in bfloat16 and a LayerNorm after it. On a GPU the sum has the type of the products.

/// The LayerNorm before a layer, together with the sum before it.
class ResidualNorm {
public:
    ResidualNorm() = default;
    /// `weight`, `bias`: [W]
    ResidualNorm(const at::Tensor& weight, const at::Tensor& bias, double epsilon, const Placement& placement);

    /// `sum`: [..., W] in the placement's sumType(), contiguous; `added`, where defined, is added to it in place.
    /// LayerNorm(sum), in the placement's type.
    at::Tensor addAndNormalise(const at::Tensor& sum, const at::Tensor& added) const;

private:
    at::Tensor m_weight, m_bias;  // in sumType()
    double m_epsilon = 0;
    at::ScalarType m_dtype = at::kFloat;
};

}  // namespace oodscope::model
