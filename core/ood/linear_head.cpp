// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/addmm.h>
#include <ATen/ops/tensor.h>

#include "core/ood/linear_head_torch.h"
#include "core/train/matrix_torch.h"

namespace oodscope::ood {

namespace {

at::Tensor doubles(const std::vector<float>& values) {
    return at::tensor(at::ArrayRef<float>(values), at::kFloat).to(at::kDouble);
}

}  // namespace

LinearHead::LinearHead(const probe::LinearProbe& probe)
    : weight(train::viewOf(probe.weight).to(at::kDouble)),
      bias(doubles(probe.bias)),
      mean(doubles(probe.mean)),
      std(doubles(probe.std)) {}

at::Tensor LinearHead::inputs(const at::Tensor& features) const {
    return features.sub(mean).div_(std);
}

at::Tensor LinearHead::logits(const at::Tensor& inputs) const {
    return at::addmm(bias, inputs, weight.t());
}

}  // namespace oodscope::ood
