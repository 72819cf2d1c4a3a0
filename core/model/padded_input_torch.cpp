// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/padded_input_torch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <array>

namespace oodscope::model {
namespace {

at::Tensor bytes(const std::array<float, 3>& values) {
    return at::tensor(at::ArrayRef<float>(values), at::TensorOptions(at::kDouble)) * 255.0;
}

}  // namespace

PaddedInput::PaddedInput(const image::Preprocess& preprocess, const Placement& placement)
    : mean(placement.putFloat(bytes(preprocess.mean))), scale(bytes(preprocess.std).reciprocal().view({1, 3, 1, 1})) {}

at::Tensor PaddedInput::centred(const at::Tensor& pixels, at::ScalarType dtype) const {
    return pixels.to(at::kFloat).sub_(mean).to(dtype).permute({0, 3, 1, 2});
}

}  // namespace oodscope::model
