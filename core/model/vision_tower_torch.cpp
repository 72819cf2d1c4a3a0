// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vision_tower_torch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include "core/model/convnext_tower_torch.h"
#include "core/model/resnet_tower_torch.h"
#include "core/model/vit_tower_torch.h"

namespace oodscope::model {
namespace {

at::Tensor channels(const std::array<float, 3>& values) {
    return at::tensor(at::ArrayRef<float>(values), at::TensorOptions(at::kDouble));
}

}  // namespace

FoldedInput::FoldedInput(const image::Preprocess& preprocess) {
    const at::Tensor mean = channels(preprocess.mean);
    const at::Tensor deviation = channels(preprocess.std);
    centre = (mean * 255.0).round().clamp(0, 255);
    scale = 1.0 / (deviation * 255.0);
    offset = (centre / 255.0 - mean) / deviation;
}

std::unique_ptr<VisionTower> makeTower(const VisionSpec& spec, const image::Preprocess& preprocess,
                                       const Weights& weights, const Placement& placement) {
    return std::visit([&](const auto& tower) { return makeTower(tower, preprocess, weights, placement); }, spec);
}

}  // namespace oodscope::model
