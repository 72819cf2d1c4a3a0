// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/model/resnetv2_spec.h"
#include "core/model/transformer_config.h"

namespace oodscope::model {

inline constexpr const char* kBackbonePrefix = "backbone.";

/// A vision transformer with a class token.
struct VitSpec {
    enum class Pool { ClassToken, PatchMean };
    enum class Position {
        None,  // BEiT
        All,   // of the class token and the patches
        PatchesOnly,
    };
    /// How a stored position embedding of another grid is brought to the image's; all of them bicubic.
    enum class Resize {
        Antialiased,  // open_clip, timm, DINOv2 with registers
        Shifted,      // DINO, DINOv2: not antialiased, by the scale (grid + 0.1) / stored grid
    };

    TransformerConfig transformer;
    int imageSize = 0;
    int patchSize = 0;
    std::optional<ResNetV2Spec> backbone;  // of a hybrid: patches are of its features instead of the image
    bool patchBias = false;
    Position position = Position::All;
    int storedGrid = 0;  // of the position embedding in the checkpoint; 0: gridSize()
    Resize resize = Resize::Antialiased;
    int registers = 0;              // learned tokens between the class token and the patches, without a position
    bool normBefore = true;         // ln_pre
    bool normAfterPooling = false;  // ln_post on the pooled token instead of on all tokens
    Pool pool = Pool::ClassToken;

    int gridSize() const { return (backbone ? backbone->gridSize(imageSize) : imageSize) / patchSize; }
    int patchChannels() const { return backbone ? backbone->width() : 3; }
    int positionGrid() const { return storedGrid > 0 ? storedGrid : gridSize(); }
    int prefixTokens() const { return 1 + registers; }
    int tokens() const { return gridSize() * gridSize() + prefixTokens(); }
    int width() const { return transformer.width; }
    std::string activation() const { return transformer.activationName(); }
    /// "ViT 12 layers, width 768, patch 16".
    std::string describe() const;
    /// Everything that shapes the embeddings of given weights and pixels as text for artefact keys.
    std::string canonical() const;
};

/// In the names of open_clip without "visual.", which are the ones that the tower reads; kBackbonePrefix before the
/// names of a backbone.
TensorShapes expectedTensors(const VitSpec& spec);

}  // namespace oodscope::model
