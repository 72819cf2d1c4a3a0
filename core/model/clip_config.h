// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/image/preprocess.h"
#include "core/io/json.h"

namespace oodscope::model {

/// What the two transformers of a CLIP share.
struct TransformerConfig {
    int width = 0;
    int layers = 0;
    int heads = 0;
    int mlpWidth = 0;
    bool layerScale = false;  // learned per-channel scale after attention and MLP
    double epsilon = 1e-5;    // of every LayerNorm

    int headWidth() const { return width / heads; }
};

struct VisionConfig {
    enum class Pool { ClassToken, PatchMean };

    TransformerConfig transformer;
    int imageSize = 0;
    int patchSize = 0;
    bool normBefore = true;         // ln_pre
    bool normAfterPooling = false;  // ln_post on the pooled token instead of on all tokens
    Pool pool = Pool::ClassToken;

    int gridSize() const { return imageSize / patchSize; }
    int tokens() const { return gridSize() * gridSize() + 1; }
};

struct TextConfig {
    enum class Pool { HighestId, EndToken, First, Last };

    TransformerConfig transformer;
    int contextLength = 77;
    int vocabularySize = 49408;
    bool causal = true;
    Pool pool = Pool::HighestId;
    int endToken = 2;  // only for Pool::EndToken
    bool projection = true;
    bool projectionBias = false;
};

/// model_cfg of open_clip_config.json (open_clip 3.3, model.py), as far as this program runs it.
struct ClipConfig {
    int embedDim = 0;
    bool quickGelu = false;
    bool customText = false;  // text tensors carry the prefix "text."
    bool logitBias = false;
    bool scalarLogitScale = true;  // false: stored with shape [1]
    VisionConfig vision;
    TextConfig text;
    image::Preprocess preprocess;

    std::string activation() const { return quickGelu ? "quick_gelu" : "gelu"; }
    /// "open_clip ViT 12 layers, width 768, patch 16".
    std::string describe() const;
    /// Everything that shapes the embeddings of given weights and pixels, as text for artefact keys.
    std::string canonical() const;
    std::string textPrefix() const { return customText ? "text." : ""; }
};

/// Reads and validates a parsed open_clip_config.json. Every key is checked: sizes within limits, and a key that would
/// change the result but is not supported is an error that names it. `path` is for messages.
Result<ClipConfig> parseClipConfig(const io::Json& json, const std::filesystem::path& path);

/// Names and shapes of every tensor that a checkpoint of `config` holds, in open_clip's naming.
using TensorShapes = std::map<std::string, std::vector<std::int64_t>>;
TensorShapes expectedTensors(const ClipConfig& config);

}  // namespace oodscope::model
