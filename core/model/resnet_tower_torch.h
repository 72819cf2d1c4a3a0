// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <memory>

#include "core/model/resnet_spec.h"
#include "core/model/vision_tower_torch.h"

namespace oodscope::model {

/// `weights`: the tensors of expectedTensors(spec).
std::unique_ptr<VisionTower> makeTower(const ResNetSpec& spec, const image::Preprocess& preprocess,
                                       const Weights& weights, const Placement& placement);

}  // namespace oodscope::model
