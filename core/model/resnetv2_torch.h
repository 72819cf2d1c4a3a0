// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/image/preprocess.h"
#include "core/model/convolution_torch.h"
#include "core/model/padded_input_torch.h"
#include "core/model/resnetv2_spec.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The backbone that embeds the patches of a hybrid ViT, for inference.
class ResNetV2 {
public:
    /// `weights`: the tensors of expectedTensors(spec, prefix).
    ResNetV2(const ResNetV2Spec& spec, int imageSize, const image::Preprocess& preprocess, const Weights& weights,
             const std::string& prefix, const Placement& placement);

    /// `pixels`: [N, S, S, 3] uint8 on the placement's device → [N, C, grid, grid] in its type,
    /// channels last. Undefined once `stop`, polled between blocks, asks to stop.
    at::Tensor forward(const at::Tensor& pixels, const std::stop_token& stop) const;

private:
    // A standardised convolution and the GroupNorm after it.
    struct Layer {
        Convolution convolution;
        std::array<std::int64_t, 2> padding;  // before and after, of both axes; beyond what the convolution pads
        at::Tensor normWeight, normBias;

        at::Tensor apply(const at::Tensor& x) const;
    };
    struct Block {
        Layer first, second, third;
        std::vector<Layer> shortcut;  // one layer or none
    };
    // What preparing the layers needs to know; the shape of what comes next.
    struct Source {
        const Weights& weights;
        const Placement& placement;
        std::int64_t channels, side;
    };

    static Layer prepare(Source& source, const std::string& convolution, const std::string& norm, std::int64_t stride,
                         const at::Tensor& inputScale = {});
    static Block prepareBlock(Source& source, const std::string& prefix, std::int64_t stride);
    static at::Tensor addBlock(const Block& block, const at::Tensor& x);

    Placement m_placement;
    PaddedInput m_input;
    Layer m_stem;
    std::array<std::int64_t, 2> m_poolPadding{};
    std::vector<Block> m_blocks;
};

}  // namespace oodscope::model
