// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace oodscope::model {

/// Names and shapes of the tensors of a checkpoint.
using TensorShapes = std::map<std::string, std::vector<std::int64_t>>;

/// A stack of pre-norm transformer blocks.
struct TransformerConfig {
    enum class Activation {
        Gelu,       // exact
        QuickGelu,  // x sigmoid(1.702 x)
        SwiGlu,     // SiLU of the first half of the hidden units times the second half
    };
    enum class RelativeBias { None, Shared, Blocks };  // of BEiT: one table for all blocks, or one for each

    int width = 0;
    int layers = 0;
    int heads = 0;
    int mlpWidth = 0;
    Activation activation = Activation::Gelu;
    bool layerScale = false;  // learned per-channel scale after attention and MLP
    bool keyBias = true;      // false: queries and values have a bias, keys have none (BEiT)
    RelativeBias relativeBias = RelativeBias::None;
    int window = 0;         // with a relative bias: patches along a side of the image
    double epsilon = 1e-5;  // of every LayerNorm

    int headWidth() const { return width / heads; }
    std::string activationName() const;  // "gelu", "quick_gelu", "swiglu"
    /// As text for artefact keys.
    std::string canonical() const;
};

void addNorm(TensorShapes& shapes, const std::string& name, std::int64_t width);
/// The tensors of the blocks, `prefix` + "transformer.resblocks.N.…".
void addTransformer(TensorShapes& shapes, const std::string& prefix, const TransformerConfig& config);

}  // namespace oodscope::model
