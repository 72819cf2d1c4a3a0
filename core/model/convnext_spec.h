// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/model/transformer_config.h"

namespace oodscope::model {

/// A ConvNeXt: stem, four stages of depthwise 7 x 7 blocks, mean over the positions, LayerNorm, and what a head adds.
struct ConvNextSpec {
    /// Whose names and shapes the tensors have: timm; open_clip (without "visual."); the authors' own files (below
    /// "model"); torchvision.
    enum class Layout { Timm, OpenClip, Facebook, Torchvision };

    Layout layout = Layout::Timm;
    std::array<int, 4> depths{};
    std::array<int, 4> widths{};
    double epsilon = 1e-6;  // of every LayerNorm
    int imageSize = 224;
    bool layerScale = true;
    bool finalNorm = true;  // false: the pooled features as they are, as the paper takes torchvision's models
    int hiddenWidth = 0;    // a layer with GELU on top: timm's pre_logits, the first of open_clip's MLP head; 0: none
    int outputWidth = 0;    // open_clip's projection on top of that; 0: none
    bool outputBias = false;

    static constexpr int kReduction = 32;  // pixels of a side for one position of the last stage

    int width() const;
    std::string activation() const { return "gelu"; }
    /// "ConvNeXt 3-3-27-3 blocks, width 128".
    std::string describe() const;
    /// Everything that shapes the embeddings of given weights and pixels, as text for artefact keys.
    std::string canonical() const;
};

/// What the modules of a ConvNeXt are called in its layout, without ".weight" and ".bias".
class ConvNextNames {
public:
    explicit ConvNextNames(const ConvNextSpec& spec) : m_layout(spec.layout), m_hidden(spec.hiddenWidth > 0) {}

    struct Block {
        std::string depthwise, norm, expand, reduce;
        std::string scale;  // the tensor itself
    };
    Block block(int stage, int index) const;
    /// The convolution before a stage (the stem's for stage 0) and its norm: after it for the stem, else before it.
    std::string convolution(int stage) const;
    std::string norm(int stage) const;
    std::string finalNorm() const;
    std::string hidden() const;
    std::string output() const;
    std::string classHead() const;  // on top of all, no part of the tower

private:
    std::string entry(int stage, int part) const;

    ConvNextSpec::Layout m_layout;
    bool m_hidden;
};

/// Under the names of the layout, without a class head.
TensorShapes expectedTensors(const ConvNextSpec& spec);

/// The ConvNeXt that tensors of these names are, its sizes read off their shapes; nothing where they are no ConvNeXt.
/// Compare with expectedTensors() before use: only the shapes that tell sizes are looked at. The image size is a guess.
std::optional<ConvNextSpec> recogniseConvNext(const TensorShapes& shapes);

}  // namespace oodscope::model
