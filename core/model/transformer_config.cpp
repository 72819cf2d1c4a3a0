// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer_config.h"

#include <fmt/format.h>

namespace oodscope::model {
namespace {

void addBlock(TensorShapes& shapes, const std::string& block, const TransformerConfig& config) {
    const std::int64_t width = config.width;
    const std::int64_t mlp = config.mlpWidth;
    const bool gated = config.activation == TransformerConfig::Activation::SwiGlu;
    addNorm(shapes, block + "ln_1", width);
    addNorm(shapes, block + "ln_2", width);
    shapes[block + "attn.in_proj_weight"] = {3 * width, width};
    if (config.keyBias)
        shapes[block + "attn.in_proj_bias"] = {3 * width};
    else
        shapes[block + "attn.q_bias"] = shapes[block + "attn.v_bias"] = {width};
    shapes[block + "attn.out_proj.weight"] = {width, width};
    shapes[block + "attn.out_proj.bias"] = {width};
    shapes[block + "mlp.c_fc.weight"] = {gated ? 2 * mlp : mlp, width};
    shapes[block + "mlp.c_fc.bias"] = {gated ? 2 * mlp : mlp};
    shapes[block + "mlp.c_proj.weight"] = {width, mlp};
    shapes[block + "mlp.c_proj.bias"] = {width};
    if (config.layerScale) shapes[block + "ls_1.gamma"] = shapes[block + "ls_2.gamma"] = {width};
}

}  // namespace

std::string TransformerConfig::activationName() const {
    switch (activation) {
        case Activation::QuickGelu:
            return "quick_gelu";
        case Activation::SwiGlu:
            return "swiglu";
        case Activation::Gelu:
            break;
    }
    return "gelu";
}

std::string TransformerConfig::canonical() const {
    return fmt::format("width {} layers {} heads {} mlp {} {} scale {} key bias {} relative {} {} eps {}", width,
                       layers, heads, mlpWidth, activationName(), layerScale, keyBias, static_cast<int>(relativeBias),
                       window, epsilon);
}

void addNorm(TensorShapes& shapes, const std::string& name, std::int64_t width) {
    shapes[name + ".weight"] = {width};
    shapes[name + ".bias"] = {width};
}

void addTransformer(TensorShapes& shapes, const std::string& prefix, const TransformerConfig& config) {
    const std::int64_t reach = 2 * config.window - 1;
    const std::vector<std::int64_t> table{reach * reach + 3, config.heads};
    for (int layer = 0; layer < config.layers; ++layer) {
        const std::string block = fmt::format("{}transformer.resblocks.{}.", prefix, layer);
        addBlock(shapes, block, config);
        if (config.relativeBias == TransformerConfig::RelativeBias::Blocks)
            shapes[block + "attn.relative_position_bias_table"] = table;
    }
    if (config.relativeBias == TransformerConfig::RelativeBias::Shared)
        shapes[prefix + "transformer.relative_position_bias_table"] = table;
}

}  // namespace oodscope::model
