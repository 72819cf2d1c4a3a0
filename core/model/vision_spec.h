// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <variant>

#include "core/model/convnext_spec.h"
#include "core/model/resnet_spec.h"
#include "core/model/vit_spec.h"

namespace oodscope::model {

/// The architecture of an image tower. Each alternative S has width() (of the embedding), imageSize, activation(),
/// describe() and canonical() as VitSpec, `TensorShapes expectedTensors(const S&)`, and its tower in `makeTower`
/// (vision_tower_torch.h).
using VisionSpec = std::variant<VitSpec, ConvNextSpec, ResNetSpec>;

int widthOf(const VisionSpec& spec);
int imageSizeOf(const VisionSpec& spec);
std::string activationOf(const VisionSpec& spec);
std::string describe(const VisionSpec& spec);
std::string canonical(const VisionSpec& spec);
TensorShapes expectedTensors(const VisionSpec& spec);

}  // namespace oodscope::model
