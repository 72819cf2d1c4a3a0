// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/embedding_set.h"
#include "core/embed/reference_folder.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

struct ReferenceExport {
    std::filesystem::path root;
    std::string dataset;     // "CIFAR100"; empty: the set's name
    std::string arch;        // "openclip_ViT-B-16/openai"; empty: the model's name
    bool neighbours = true;  // knn.pt and accuracy.json, which cost a comparison of every pair
    bool overwrite = false;
};

/// Writes embeddings in the reference's layout (core/embed/reference_folder.h) and gives the folder. `train` or `test`
/// may be empty. With `train`: knn.pt, its 50 nearest neighbours by cosine, itself left out; with both and labels:
/// accuracy.json, top-1 and top-5 of the k-NN classifier (k = 20, votes exp(cos / 0.02)) in percent. Errors: a file is
/// there already and `overwrite` was not given; sets of different widths.
Result<std::filesystem::path> exportReferenceEmbeddings(const embed::EmbeddingSet& train,
                                                        const embed::EmbeddingSet& test, const ReferenceExport& options,
                                                        std::stop_token stop, const ProgressFn& progress);

/// The embeddings that `name` means: a file, a folder in the reference's layout (its `split`), or the key of an
/// embedding in the workspace or its beginning. `workspace` may be null: then a file or folder only.
Result<embed::EmbeddingSet> findEmbeddings(const workspace::Workspace* workspace, const std::string& name,
                                           embed::Split split);

}  // namespace oodscope::experiment
