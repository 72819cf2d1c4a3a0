// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "core/model/tower_checkpoint.h"

namespace oodscope::model {

/// Vision transformers as timm names their tensors, and with them MAE, MSN, iBOT, MoCo-v3, DINO, DINOv2, BEiT and
/// BEiTv2 (see Note [Dialects] in the .cpp).
std::optional<Result<TowerCheckpoint>> fitVit(const io::TensorFile& file, const TowerHints& hints);

/// The size that an architecture's name stands for: "vit_large_patch16_224", "dinov2_vitg14", "mae_vit_huge".
struct VitSize {
    int width = 0;
    int layers = 0;
    int heads = 0;
};
std::optional<VitSize> vitSizeOf(std::string_view architecture);

/// The tensors of `spec` as timm lays them out, without a class head.
Layout timmLayout(const VitSpec& spec);

}  // namespace oodscope::model
