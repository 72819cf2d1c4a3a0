// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/ood/linear_head_torch.h"

namespace oodscope::ood {

/// What of the inputs x̂ of a head lies outside their `dim` principal directions, around the origin o = −W⁺ b where the
/// logits are as near to zero as they can be (Wang et al. 2022, arXiv 2203.10807).
class PrincipalSpace {
public:
    /// dim 0: the paper's rule: 1000 from a width of 2048 on, 512 from 768 on, else half the width.
    /// Error: no direction is left outside.
    static Result<PrincipalSpace> fit(const LinearHead& head, const Matrix& features, std::int64_t dim);

    /// ‖R (x̂ − o)‖₂ of each row [n].
    at::Tensor residual(const at::Tensor& inputs) const;
    std::int64_t dim() const { return m_outside.size(0) - m_outside.size(1); }

private:
    at::Tensor m_origin;   // [D] double
    at::Tensor m_outside;  // [D, D − dim]
};

}  // namespace oodscope::ood
