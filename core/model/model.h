// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/image/preprocess.h"
#include "core/model/device.h"
#include "core/model/encoder.h"
#include "core/text/tokenizer.h"

namespace oodscope::model {

/// Which of the two ways of preparing an image: the model's own, or the one of the paper's code (method.md section 2),
/// which differs for models that are not of OpenCLIP.
enum class Preprocessing { Own, Reference };
std::string_view preprocessingName(Preprocessing preprocessing);  // "own", "reference"
Result<Preprocessing> parsePreprocessing(std::string_view text);

/// What the paper's code does to the images of every model but OpenCLIP's: squashed to `size` × `size`, ImageNet's mean
/// and deviation.
image::Preprocess referencePreprocess(int size = 224);

/// A linear classifier that came with the weights: logits = embedding · weightᵀ + bias.
struct ClassHead {
    Matrix weight;  // [C, D]
    Matrix bias;    // [1, C]
};

/// What is known of a model without loading its weights.
struct ModelInfo {
    std::string name;              // "ViT-B-16", or the folder's name
    std::filesystem::path folder;  // of a TorchScript file: the file itself
    std::filesystem::path weightsFile;
    std::string arch;          // of a checkpoint file opened as such: the OpenOptions::architecture that it takes
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
    Preprocessing preprocessing = Preprocessing::Own;
    int classes = 0;           // of the class head; 0: none
    bool lessChecked = false;  // a TorchScript file: its outputs were compared with nothing

    /// What openModel opens again: a folder, or a checkpoint file (with `arch`).
    const std::filesystem::path& source() const { return arch.empty() ? folder : weightsFile; }
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
    /// Nothing where the weights hold none.
    virtual Result<std::optional<ClassHead>> classHead() const { return std::optional<ClassHead>(); }
};

/// A folder or checkpoint file that somebody says holds the model `name`.
struct LocatedModel {
    std::string name;  // of the registry, or any; empty: the folder's or file's own
    std::filesystem::path path;

    bool operator==(const LocatedModel&) const = default;
};

struct OpenOptions {
    /// For a checkpoint file without a configuration: a name of the registry, or an architecture ("ViT-B-16",
    /// "vit_base_patch16_224").
    std::string architecture;
    Preprocessing preprocessing = Preprocessing::Own;
    std::vector<std::filesystem::path> folders;  // searched besides the usual places
    std::vector<LocatedModel> located;           // looked at first
};

/// `name`: a snapshot folder, a checkpoint file, or a name (of the registry, of a folder) that is found in the HF
/// cache, $OODSCOPE_MODELS or the given folders (see findModels).
Result<std::shared_ptr<const Model>> openModel(const std::string& name, const OpenOptions& options = {});

/// Model folders, and checkpoint files that the registry knows, under the Hugging Face cache, $OODSCOPE_MODELS
/// (colon-separated), `extraFolders` and `located`.
struct FoundModel {
    std::string name;
    std::filesystem::path folder;   // or the checkpoint file
    std::optional<ModelInfo> info;  // absent: `problem` says why the folder does not fit
    std::string problem;
};
std::vector<FoundModel> findModels(const std::vector<std::filesystem::path>& extraFolders = {},
                                   const std::vector<LocatedModel>& located = {});

}  // namespace oodscope::model
