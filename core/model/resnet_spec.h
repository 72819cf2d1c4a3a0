// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/model/transformer_config.h"

namespace oodscope::model {

/// A ResNet of bottleneck blocks.
struct ResNetSpec {
    /// Standard: a 7 x 7 stem, stride in the 3 x 3 convolutions, mean over the positions (torchvision, timm, DINO).
    /// Clip: a stem of three convolutions, mean pooling before every stride, attention pooling (open_clip, OpenAI).
    enum class Kind { Standard, Clip };

    Kind kind = Kind::Standard;
    std::array<int, 4> blocks{};
    int stemWidth = 64;
    int imageSize = 224;
    double epsilon = 1e-5;  // of every BatchNorm
    int heads = 0;          // Clip: of the attention pooling
    int outputWidth = 0;    // Clip: of the attention pooling

    static constexpr const char* kClassHead = "fc";  // of the kind Standard
    static constexpr int kReduction = 32;            // pixels of a side for one position of the last layer
    static constexpr int kExpansion = 4;             // channels after a block over those inside it

    int featureWidth() const { return stemWidth * 8 * kExpansion; }  // of the last layer
    int width() const { return kind == Kind::Clip ? outputWidth : featureWidth(); }
    std::string activation() const { return "relu"; }
    /// "ResNet 3-4-6-3 blocks, width 64", "ModifiedResNet …".
    std::string describe() const;
    /// Everything that shapes the embeddings of given weights and pixels, as text for artefact keys.
    std::string canonical() const;
};

/// In the names that torchvision, timm and open_clip (without "visual.") share. BatchNorm's num_batches_tracked, which
/// says nothing, is not among them, nor is a class head (kClassHead).
TensorShapes expectedTensors(const ResNetSpec& spec);

/// The ResNet that tensors of these names are, its sizes read off their shapes; nothing where they are none. Compare
/// with expectedTensors() before use. The image size of the kind Standard is a guess.
std::optional<ResNetSpec> recogniseResNet(const TensorShapes& shapes);

}  // namespace oodscope::model
