// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <stop_token>
#include <string>
#include <vector>

#include "core/model/clip_config.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The transformer of both towers, for inference. See Note [Folded weights] in the .cpp.
class Transformer {
public:
    Transformer(const TransformerConfig& config, bool quickGelu, const ClipWeights& weights, const std::string& prefix,
                const Placement& placement);

    // Both: `x` is [N, L, W] in the placement's type, its storage is used up; `stop` is polled before every block, and
    // the result is undefined once it asks to stop.

    /// All tokens, [N, L, W].
    at::Tensor forward(at::Tensor x, bool causal, const std::stop_token& stop = {}) const;
    /// The one token of each sequence that `rows` ([N] int64) names, [N, W]: the last block computes no other.
    at::Tensor forwardRows(at::Tensor x, bool causal, const at::Tensor& rows, const std::stop_token& stop = {}) const;

private:
    struct Linear {
        at::Tensor weight;  // [out, in]
        at::Tensor bias;    // [out]
        at::Tensor operator()(const at::Tensor& x) const;
    };
    struct Block {
        at::Tensor norm1Weight, norm1Bias, norm2Weight, norm2Bias;
        Linear qkv, out, fc, proj;
    };

    Block prepareBlock(const ClipWeights& weights, const std::string& prefix, const Placement& placement) const;
    at::Tensor attend(const Block& block, const at::Tensor& x, bool causal) const;
    at::Tensor attendRows(const Block& block, const at::Tensor& x, bool causal, const at::Tensor& rows) const;
    void addMlp(const Block& block, at::Tensor& x) const;

    TransformerConfig m_config;
    bool m_quickGelu = false;
    std::vector<Block> m_blocks;
};

}  // namespace oodscope::model
