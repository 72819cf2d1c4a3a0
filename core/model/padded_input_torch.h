// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/image/preprocess.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// Normalisation before a first convolution that pads. Its zeros stand for the mean, so the mean cannot go into the
/// convolution's bias as Note [Folded normalisation] has it: it is taken off the bytes, in float32. The division by the
/// deviation can.
struct PaddedInput {
    at::Tensor mean;   // [3] float32 on the device, of the bytes
    at::Tensor scale;  // [1, 3, 1, 1] float64: the weight of the first convolution is multiplied by it

    PaddedInput() = default;
    PaddedInput(const image::Preprocess& preprocess, const Placement& placement);

    /// `pixels`: [N, H, W, 3] uint8 → [N, 3, H, W] in `dtype`, channels last.
    at::Tensor centred(const at::Tensor& pixels, at::ScalarType dtype) const;
};

}  // namespace oodscope::model
