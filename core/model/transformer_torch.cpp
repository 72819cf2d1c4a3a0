// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer_torch.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

namespace oodscope::model {
namespace {

constexpr double kQuickGeluFactor = 1.702;

// The token that `rows` names of each sequence: [N, L, W] → [N, W].
at::Tensor pick(const at::Tensor& x, const at::Tensor& rows) {
    return x.gather(1, rows.view({-1, 1, 1}).expand({x.size(0), 1, x.size(2)})).squeeze(1);
}

// Without a copy where there is nothing to do.
at::Tensor scaled(const at::Tensor& x, double factor) {
    return factor == 1.0 ? x : x * factor;
}

at::Tensor withoutKeyBias(const at::Tensor& query, const at::Tensor& value) {
    return at::cat({query, at::zeros_like(query), value});
}

// What BEiT adds to the attention between two of the 1 + window² tokens, from its table [(2 window - 1)² + 3, heads]:
// a row for each distance between patches, then one each for class → patch, patch → class, class → class.
// [1, heads, L, L].
at::Tensor relativeBias(const at::Tensor& table, std::int64_t window) {
    const auto options = at::TensorOptions(at::kLong);
    const std::int64_t last = table.size(0) - 1;
    const at::Tensor place = at::arange(window * window, options);
    const at::Tensor row = place.div(window, "floor");
    const at::Tensor column = place.remainder(window);
    const auto distance = [&](const at::Tensor& p) { return p.unsqueeze(1) - p.unsqueeze(0) + (window - 1); };
    at::Tensor index = at::empty({1 + window * window, 1 + window * window}, options);
    index.slice(0, 1).slice(1, 1).copy_(distance(row) * (2 * window - 1) + distance(column));
    index.select(0, 0).fill_(last - 2);
    index.select(1, 0).fill_(last - 1);
    index.select(0, 0).select(0, 0).fill_(last);
    return table.index_select(0, index.flatten())
        .view({index.size(0), index.size(1), -1})
        .permute({2, 0, 1})
        .unsqueeze(0);
}

}  // namespace

// Note [Folded weights]
// QuickGELU(x) = x sigmoid(1.702 x) = SiLU(1.702 x) / 1.702: the factor goes into the layers before and after, so that
// the activation is one cheap SiLU. A layer scale goes into the layer that it follows. Both are done in float32 before
// the weights are rounded to the type of the placement.
Transformer::Block Transformer::prepareBlock(const Weights& weights, const std::string& prefix,
                                             const Placement& placement, std::int64_t rowsHint, bool split) const {
    const auto get = [&](const std::string& name) { return weights.at(prefix + name).to(at::kFloat); };
    const double factor = m_config.activation == TransformerConfig::Activation::QuickGelu ? kQuickGeluFactor : 1.0;
    // A layer that adds to the sum, with its layer scale.
    const auto adding = [&](const std::string& name, const char* scaleName, double share) {
        at::Tensor weight = scaled(get(name + ".weight"), share);
        at::Tensor bias = get(name + ".bias");
        if (m_config.layerScale) {
            const at::Tensor scale = get(scaleName);
            weight = weight * scale.unsqueeze(1);
            bias = bias * scale;
        }
        return Linear(weight, bias, placement, rowsHint);
    };
    const at::Tensor inWeight = get("attn.in_proj_weight");
    const at::Tensor inBias =
        m_config.keyBias ? get("attn.in_proj_bias") : withoutKeyBias(get("attn.q_bias"), get("attn.v_bias"));
    const std::int64_t width = m_config.width;
    Block block;
    block.norm1 = ResidualNorm(get("ln_1.weight"), get("ln_1.bias"), m_config.epsilon, placement);
    block.norm2 = ResidualNorm(get("ln_2.weight"), get("ln_2.bias"), m_config.epsilon, placement);
    if (split) {
        block.query = Linear(inWeight.narrow(0, 0, width), inBias.narrow(0, 0, width), placement, rowsHint);
        block.keyValue =
            Linear(inWeight.narrow(0, width, 2 * width), inBias.narrow(0, width, 2 * width), placement, rowsHint);
    } else {
        block.qkv = Linear(inWeight, inBias, placement, rowsHint);
    }
    block.out = adding("attn.out_proj", "ls_1.gamma", 1.0);
    releasePages(weights, prefix + "attn.");
    block.fc =
        Linear(scaled(get("mlp.c_fc.weight"), factor), scaled(get("mlp.c_fc.bias"), factor), placement, rowsHint);
    releasePages(weights, prefix + "mlp.c_fc.");
    block.proj = adding("mlp.c_proj", "ls_2.gamma", 1.0 / factor);
    releasePages(weights, prefix);
    return block;
}

Transformer::Transformer(const TransformerConfig& config, Output output, const Weights& weights,
                         const std::string& prefix, const Placement& placement, std::int64_t rowsHint)
    : m_config(config), m_output(output) {
    for (int layer = 0; layer < config.layers; ++layer) {
        const bool last = layer + 1 == config.layers;
        m_blocks.push_back(prepareBlock(weights, fmt::format("{}transformer.resblocks.{}.", prefix, layer), placement,
                                        rowsHint, last && output == Output::OneToken));
    }
    if (config.relativeBias != TransformerConfig::RelativeBias::None) addRelativeBias(weights, prefix, placement);
}

void Transformer::addRelativeBias(const Weights& weights, const std::string& prefix, const Placement& placement) {
    const auto prepared = [&](const std::string& name) {
        return placement.put(
            relativeBias(weights.at(prefix + name + "relative_position_bias_table").to(at::kFloat), m_config.window));
    };
    const bool shared = m_config.relativeBias == TransformerConfig::RelativeBias::Shared;
    const at::Tensor one = shared ? prepared("transformer.") : at::Tensor();
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer)
        m_blocks[layer].relativeBias = shared ? one : prepared(fmt::format("transformer.resblocks.{}.attn.", layer));
}

std::optional<at::Tensor> Transformer::biasOf(const Block& block) {
    return block.relativeBias.defined() ? std::optional(block.relativeBias) : std::nullopt;
}

// `h`: [N, L, W], normalised → [N, L, W], to be added to the sum.
at::Tensor Transformer::attend(const Block& block, const at::Tensor& h, bool causal) const {
    const auto parts = block.qkv.apply(h)
                           .view({h.size(0), h.size(1), 3, m_config.heads, m_config.headWidth()})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], biasOf(block), 0.0, causal);
    return block.out.apply(mixed.transpose(1, 2).reshape(h.sizes()));
}

// The same for one token of each sequence: [N, W].
at::Tensor Transformer::attendOne(const Block& block, const at::Tensor& h, bool causal, const at::Tensor& rows) const {
    const std::int64_t count = h.size(0);
    const std::int64_t length = h.size(1);
    const at::Tensor query =
        block.query.apply(pick(h, rows)).view({count, 1, m_config.heads, m_config.headWidth()}).transpose(1, 2);
    const auto parts = block.keyValue.apply(h)
                           .view({count, length, 2, m_config.heads, m_config.headWidth()})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    std::optional<at::Tensor> mask = biasOf(block);
    if (mask) mask = mask->index_select(2, rows).transpose(0, 2);
    if (causal) mask = at::arange(length, rows.options()).le(rows.unsqueeze(1)).view({count, 1, 1, length});
    const at::Tensor mixed = at::scaled_dot_product_attention(query, parts[0], parts[1], mask);
    return block.out.apply(mixed.transpose(1, 2).reshape({count, m_config.width}));
}

at::Tensor Transformer::hidden(const Block& block, const at::Tensor& h) const {
    switch (m_config.activation) {
        case TransformerConfig::Activation::Gelu:
            return block.fc.apply(h, Activation::Gelu);
        case TransformerConfig::Activation::QuickGelu:
            return block.fc.apply(h, Activation::Silu);
        case TransformerConfig::Activation::SwiGlu:
            break;
    }
    const auto halves = block.fc.apply(h).chunk(2, -1);
    return at::silu(halves[0]).mul_(halves[1]);
}

at::Tensor Transformer::forward(at::Tensor x, bool causal, const at::Tensor& rows, const std::stop_token& stop) const {
    at::Tensor added;  // what the last layer gave; the norm before the next one adds it to x
    for (const Block& block : m_blocks) {
        if (stop.stop_requested()) return {};
        const bool one = m_output == Output::OneToken && &block == &m_blocks.back();
        const at::Tensor h = block.norm1.addAndNormalise(x, added);
        added = one ? attendOne(block, h, causal, rows) : attend(block, h, causal);
        if (one) x = pick(x, rows);
        added = block.proj.apply(hidden(block, block.norm2.addAndNormalise(x, added)));
    }
    return x.add_(added);
}

}  // namespace oodscope::model
