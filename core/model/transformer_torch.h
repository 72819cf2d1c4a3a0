// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/model/linear_torch.h"
#include "core/model/residual_norm_torch.h"
#include "core/model/transformer_config.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The transformer of both towers, for inference. See Note [Folded weights] in the .cpp.
class Transformer {
public:
    /// AllTokens: forward() gives every token. OneToken: only one of each sequence, and the last block computes no
    /// other.
    enum class Output { AllTokens, OneToken };

    /// `rowsHint`: about how many tokens a batch holds.
    Transformer(const TransformerConfig& config, Output output, const Weights& weights, const std::string& prefix,
                const Placement& placement, std::int64_t rowsHint);

    /// `x`: [N, L, W] in the placement's sumType(); its storage is used up. `rows`: [N] int64, the token wanted of each
    /// sequence (ignored for AllTokens). [N, L, W] or [N, W] in that type; undefined once `stop`, polled before every
    /// block, asks to stop.
    at::Tensor forward(at::Tensor x, bool causal, const at::Tensor& rows, const std::stop_token& stop = {}) const;

private:
    struct Block {
        ResidualNorm norm1, norm2;
        Linear qkv;              // all but the last block of OneToken
        Linear query, keyValue;  // the last block of OneToken
        Linear out, fc, proj;
        at::Tensor relativeBias;  // [1, heads, L, L]; undefined without
    };

    Block prepareBlock(const Weights& weights, const std::string& prefix, const Placement& placement,
                       std::int64_t rowsHint, bool split) const;
    void addRelativeBias(const Weights& weights, const std::string& prefix, const Placement& placement);
    at::Tensor attend(const Block& block, const at::Tensor& h, bool causal) const;
    at::Tensor attendOne(const Block& block, const at::Tensor& h, bool causal, const at::Tensor& rows) const;
    static std::optional<at::Tensor> biasOf(const Block& block);
    at::Tensor hidden(const Block& block, const at::Tensor& h) const;

    TransformerConfig m_config;
    Output m_output = Output::AllTokens;
    std::vector<Block> m_blocks;
};

}  // namespace oodscope::model
