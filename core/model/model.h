// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/image/preprocess.h"
#include "core/model/device.h"
#include "core/model/encoder.h"
#include "core/text/tokenizer.h"

namespace oodscope::model {

/// What is known of a model without loading its weights.
struct ModelInfo {
    std::string name;  // "ViT-B-16", or the folder's name
    std::filesystem::path folder;
    std::filesystem::path weightsFile;
    std::string architecture;  // "open_clip ViT 12 layers, width 768, patch 16"
    std::string activation;    // "gelu" or "quick_gelu"
    int imageSize = 0;
    int embeddingWidth = 0;
    int projectedWidth = 0;
    int contextLength = 0;
    bool hasTextTower = false;
    std::uint64_t weightsBytes = 0;
    std::uint64_t parameterCount = 0;
    float logitScale = 0;  // already exponentiated; 0: none
    image::Preprocess preprocess;
};

/// A checkpoint on disk, validated whole (every tensor present, none unexpected, shapes that fit), weights mapped.
/// Immutable and thread-safe; encoders are made from it, one per worker.
class Model {
public:
    virtual ~Model() = default;
    virtual const ModelInfo& info() const = 0;
    /// Hash of weights, architecture and activation. Computed once; the first call reads the whole file
    /// (cached by path, size and time in the user's cache folder).
    virtual Result<std::string> identity() const = 0;
    virtual Result<text::Tokenizer> tokenizer() const = 0;
    virtual Result<std::unique_ptr<ImageEncoder>> imageEncoder(Device device, Precision precision) const = 0;
    virtual Result<std::unique_ptr<TextEncoder>> textEncoder(Device device, Precision precision) const = 0;
};

/// `name`: a snapshot folder, or a name found in the HF cache or $OODSCOPE_MODELS (see findModels).
Result<std::shared_ptr<const Model>> openModel(const std::string& name);

/// Model folders under the Hugging Face cache, $OODSCOPE_MODELS (colon-separated) and `extraFolders`.
struct FoundModel {
    std::string name;
    std::filesystem::path folder;
    std::optional<ModelInfo> info;  // absent: `problem` says why the folder does not fit
    std::string problem;
};
std::vector<FoundModel> findModels(const std::vector<std::filesystem::path>& extraFolders = {});

}  // namespace oodscope::model
