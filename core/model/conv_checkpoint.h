// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/model/tower_checkpoint.h"

namespace oodscope::model {

/// ConvNeXts as timm, their authors and torchvision name their tensors.
std::optional<Result<TowerCheckpoint>> fitConvNext(const io::TensorFile& file, const TowerHints& hints);

/// ResNets of bottleneck blocks as torchvision and timm name their tensors, and with them DINO's.
std::optional<Result<TowerCheckpoint>> fitResNet(const io::TensorFile& file, const TowerHints& hints);

}  // namespace oodscope::model
