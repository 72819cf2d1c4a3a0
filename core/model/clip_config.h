// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/image/preprocess.h"
#include "core/io/json.h"
#include "core/model/transformer_config.h"
#include "core/model/vision_spec.h"

namespace oodscope::model {

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
    bool customText = false;  // text tensors carry the prefix "text."
    bool logitBias = false;
    bool scalarLogitScale = true;  // false: stored with shape [1]
    VisionSpec vision;
    TextConfig text;
    image::Preprocess preprocess;

    std::string activation() const { return text.transformer.activationName(); }
    /// Whether the image tower ends before a matrix "visual.proj"; if not, its output is in the space of the text.
    bool separateProjection() const { return std::holds_alternative<VitSpec>(vision); }
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
TensorShapes expectedTensors(const ClipConfig& config);

}  // namespace oodscope::model
