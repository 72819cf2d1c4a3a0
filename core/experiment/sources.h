// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/extract.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// True for a file that importEmbeddings reads (.safetensors, .npy with one row for each image), false for images.
bool isEmbeddingsFile(const std::filesystem::path& source);

/// Embeddings of `source`: images in any layout that data::openDataset knows, embedded with `model` (reused where the
/// workspace has them), or an embeddings file. `model` may be null for a file. The data set and the embeddings are
/// recorded in the workspace.
Result<embed::EmbeddingSet> loadEmbeddings(workspace::Workspace& workspace, const model::Model* model,
                                           const std::filesystem::path& source, const embed::ExtractOptions& options,
                                           std::stop_token stop, const ProgressFn& progress);

/// The set's key, or the hash of its contents where it came from a file that names none.
std::string embeddingsKey(const embed::EmbeddingSet& set);

/// The canonical path, or the path as it is where that fails.
std::filesystem::path canonicalOr(const std::filesystem::path& path);

}  // namespace oodscope::experiment
