// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer_torch.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <fmt/format.h>

namespace oodscope::model {
namespace {

constexpr double kQuickGeluFactor = 1.702;

at::Tensor norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double epsilon) {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, epsilon);
}

}  // namespace

// Note [Folded weights]
// QuickGELU(x) = x sigmoid(1.702 x) = SiLU(1.702 x) / 1.702: the factor goes into the layers before and after, so that
// the activation is one cheap SiLU. A layer scale goes into the layer that it follows. Both are done in float32 before
// the weights are rounded to the type of the placement.
Transformer::Block Transformer::prepareBlock(const ClipWeights& weights, const std::string& prefix,
                                             const Placement& placement) const {
    const auto get = [&](const char* name) { return weights.at(prefix + name).to(at::kFloat); };
    const auto linear = [&](at::Tensor weight, at::Tensor bias) {
        return Linear{placement.put(weight), placement.put(bias)};
    };
    at::Tensor outWeight = get("attn.out_proj.weight");
    at::Tensor outBias = get("attn.out_proj.bias");
    at::Tensor fcWeight = get("mlp.c_fc.weight");
    at::Tensor fcBias = get("mlp.c_fc.bias");
    at::Tensor projWeight = get("mlp.c_proj.weight");
    at::Tensor projBias = get("mlp.c_proj.bias");
    if (m_quickGelu) {
        fcWeight = fcWeight * kQuickGeluFactor;
        fcBias = fcBias * kQuickGeluFactor;
        projWeight = projWeight / kQuickGeluFactor;
    }
    if (m_config.layerScale) {
        const at::Tensor first = get("ls_1.gamma");
        const at::Tensor second = get("ls_2.gamma");
        outWeight = outWeight * first.unsqueeze(1);
        outBias = outBias * first;
        projWeight = projWeight * second.unsqueeze(1);
        projBias = projBias * second;
    }
    Block block;
    block.norm1Weight = placement.put(get("ln_1.weight"));
    block.norm1Bias = placement.put(get("ln_1.bias"));
    block.norm2Weight = placement.put(get("ln_2.weight"));
    block.norm2Bias = placement.put(get("ln_2.bias"));
    block.qkv = linear(get("attn.in_proj_weight"), get("attn.in_proj_bias"));
    block.out = linear(outWeight, outBias);
    block.fc = linear(fcWeight, fcBias);
    block.proj = linear(projWeight, projBias);
    return block;
}

Transformer::Transformer(const TransformerConfig& config, bool quickGelu, const ClipWeights& weights,
                         const std::string& prefix, const Placement& placement)
    : m_config(config), m_quickGelu(quickGelu) {
    for (int layer = 0; layer < config.layers; ++layer)
        m_blocks.push_back(prepareBlock(weights, fmt::format("{}transformer.resblocks.{}.", prefix, layer), placement));
}

at::Tensor Transformer::Linear::operator()(const at::Tensor& x) const {
    return at::linear(x, weight, bias);
}

at::Tensor Transformer::attend(const Block& block, const at::Tensor& x, bool causal) const {
    const at::Tensor h = norm(x, block.norm1Weight, block.norm1Bias, m_config.epsilon);
    const auto parts = block.qkv(h)
                           .view({x.size(0), x.size(1), 3, m_config.heads, m_config.headWidth()})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, causal);
    return block.out(mixed.transpose(1, 2).reshape(x.sizes()));
}

at::Tensor Transformer::attendRows(const Block& block, const at::Tensor& x, bool causal, const at::Tensor& rows) const {
    const std::int64_t count = x.size(0);
    const std::int64_t length = x.size(1);
    const std::int64_t width = m_config.width;
    const at::Tensor h = norm(x, block.norm1Weight, block.norm1Bias, m_config.epsilon);
    const at::Tensor index = rows.view({-1, 1, 1}).expand({count, 1, width});
    const at::Tensor query =
        at::linear(h.gather(1, index), block.qkv.weight.narrow(0, 0, width), block.qkv.bias.narrow(0, 0, width));
    const auto parts =
        at::linear(h, block.qkv.weight.narrow(0, width, 2 * width), block.qkv.bias.narrow(0, width, 2 * width))
            .view({count, length, 2, m_config.heads, m_config.headWidth()})
            .permute({2, 0, 3, 1, 4})
            .unbind(0);
    std::optional<at::Tensor> mask;
    if (causal) mask = at::arange(length, rows.options()).le(rows.unsqueeze(1)).view({count, 1, 1, length});
    const at::Tensor mixed = at::scaled_dot_product_attention(
        query.view({count, 1, m_config.heads, m_config.headWidth()}).transpose(1, 2), parts[0], parts[1], mask);
    return block.out(mixed.transpose(1, 2).reshape({count, width}));
}

void Transformer::addMlp(const Block& block, at::Tensor& x) const {
    at::Tensor h = block.fc(norm(x, block.norm2Weight, block.norm2Bias, m_config.epsilon));
    if (m_quickGelu)
        at::silu_(h);
    else
        at::gelu_(h);
    x.add_(block.proj(h));
}

at::Tensor Transformer::forward(at::Tensor x, bool causal, const std::stop_token& stop) const {
    for (const Block& block : m_blocks) {
        if (stop.stop_requested()) return {};
        x.add_(attend(block, x, causal));
        addMlp(block, x);
    }
    return x;
}

at::Tensor Transformer::forwardRows(at::Tensor x, bool causal, const at::Tensor& rows,
                                    const std::stop_token& stop) const {
    for (std::size_t layer = 0; layer + 1 < m_blocks.size(); ++layer) {
        if (stop.stop_requested()) return {};
        x.add_(attend(m_blocks[layer], x, causal));
        addMlp(m_blocks[layer], x);
    }
    if (stop.stop_requested()) return {};
    const Block& last = m_blocks.back();
    const at::Tensor index = rows.view({-1, 1, 1}).expand({x.size(0), 1, x.size(2)});
    at::Tensor pooled = x.gather(1, index).squeeze(1).add_(attendRows(last, x, causal, rows));
    addMlp(last, pooled);
    return pooled;
}

}  // namespace oodscope::model
