// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/io/tensor_file.h"
#include "core/model/vision_spec.h"

namespace oodscope::model {

/// What is known of an image tower besides its tensors.
struct TowerHints {
    std::string architecture;  // "vit_base_patch16_224", "mae_vit_base"; empty: whatever the tensors say
    int imageSize = 0;         // of the preprocessing; 0: as trained
    int width = 0;             // these three, 0: by the architecture, else by the tensors
    int layers = 0;
    int heads = 0;
    bool finalNorm = true;  // false: a ConvNeXt's pooled features without it, as the paper takes torchvision's
};

/// The checkpoint of an image tower, fitted to its architecture: every tensor there, none besides, shapes and types
/// that fit.
struct TowerCheckpoint {
    VisionSpec spec;
    io::TensorFile tensors;  // under the names and shapes of expectedTensors(spec); sharing the mapping
    io::TensorFile head;     // a class head on the embedding: "weight" [C, D] and "bias" [1, C]; empty without
    std::vector<std::string> ignored;  // tensors without use for embeddings: decoders, training heads
};

/// Finds the architecture in what the tensors are called and shaped like, whatever program wrote them: timm, or the
/// authors' own code. A common prefix ("module.", "backbone.", "module.base_encoder.") is taken off.
Result<TowerCheckpoint> fitTower(const io::TensorFile& file, const TowerHints& hints);

// For the families. Each has `std::optional<Result<TowerCheckpoint>> fitX(file, hints)`, with the prefix taken off the
// names of `file`; nothing where the tensors are not of the family. fitTower asks them in turn.

/// A tensor as a checkpoint's layout spells it.
struct LayoutTensor {
    std::string canonical;            // the name that the tower reads
    std::vector<std::int64_t> shape;  // in the file; as many elements as the canonical shape
};
using Layout = std::map<std::string, LayoutTensor, std::less<>>;  // by the file's name

/// Compares `file` with `layout` (an error counts the differences and names the first few) and renames its tensors.
/// `ignorable` says which tensors may be there besides.
Result<TowerCheckpoint> fitLayout(const io::TensorFile& file, VisionSpec spec, const Layout& layout,
                                  const std::function<bool(std::string_view)>& ignorable);

/// Takes the linear class head `module`.{weight,bias} over into `fitted`, where there is one.
Status addClassHead(TowerCheckpoint& fitted, const io::TensorFile& file, const std::string& module);

TensorShapes shapesOf(const io::TensorFile& file);
/// The shape of a tensor; empty where it is absent.
std::vector<std::int64_t> shapeOf(const io::TensorFile& file, std::string_view name);
/// 1 + the highest N among the names "<prefix>N.…"; 0 without any.
int countBlocks(const io::TensorFile& file, std::string_view prefix);

}  // namespace oodscope::model
