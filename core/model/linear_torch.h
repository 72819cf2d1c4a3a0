// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/packed_operators_torch.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// y = x W^T + b for inference. See Note [Packed weights] in packed_operators_torch.h.
class Linear {
public:
    Linear() = default;
    /// `weight`: [out, in]; `bias`: [out] or undefined. `rowsHint`: about how many rows an input will have;
    /// 0: so few that the weight stays as it is.
    Linear(const at::Tensor& weight, const at::Tensor& bias, const Placement& placement, std::int64_t rowsHint);

    /// [..., in] → [..., out]
    at::Tensor apply(const at::Tensor& x, Activation activation = Activation::None) const;
    /// Adds apply(x) to `residual` in place and returns it.
    at::Tensor addTo(at::Tensor residual, const at::Tensor& x) const;

private:
    bool pack(std::int64_t rowsHint);

    at::Tensor m_weight;  // [out, in], packed or plain
    at::Tensor m_bias;    // [out] or undefined
    bool m_packed = false;
};

}  // namespace oodscope::model
