// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/transformer_config.h"

namespace oodscope::model {

/// The ResNet that embeds the patches of timm's hybrid ViTs (vit_base_r50_s16_224): weights standardised, GroupNorm,
/// padding as TensorFlow pads, no activation before the blocks.
struct ResNetV2Spec {
    std::vector<int> blocks{3, 4, 9};  // per stage
    int stemWidth = 64;

    static constexpr int kExpansion = 4;
    static constexpr int kGroups = 32;  // of every GroupNorm

    /// Channels of the features.
    int width() const { return (stemWidth * kExpansion) << (static_cast<int>(blocks.size()) - 1); }
    /// Positions of a side of the features of an image: the stem halves twice, every stage but the first once.
    int gridSize(int imageSize) const;
    int reduction() const { return 2 << static_cast<int>(blocks.size()); }  // pixels of a side for one position
    /// "ResNet 3-4-9".
    std::string describe() const;
    /// Everything that shapes the features of given weights and pixels, as text for artefact keys.
    std::string canonical() const;
};

/// `prefix` + "stem.conv.weight", "stages.S.blocks.B.…", as timm names them ("patch_embed.backbone.").
TensorShapes expectedTensors(const ResNetV2Spec& spec, const std::string& prefix);

/// The backbone that the tensors after `prefix` are; nothing where there is none.
std::optional<ResNetV2Spec> recogniseResNetV2(const TensorShapes& shapes, const std::string& prefix);

}  // namespace oodscope::model
