// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/extract.h"
#include "core/embed/reference_folder.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// True for a file that importEmbeddings reads (.safetensors; .npy and .pt with one row for each image), false for
/// images.
bool isEmbeddingsFile(const std::filesystem::path& source);

/// A folder in the reference's layout (see embed::isReferenceFolder) as the file of its `split`, which need not be
/// there; any other source as it is.
std::filesystem::path resolveSource(const std::filesystem::path& source, embed::Split split);

/// What a source is called where it does not say so itself: its file or folder name.
std::string sourceName(const std::filesystem::path& source);

/// An embeddings file (embed::importEmbeddings); a set without a name gets that of its file.
Result<embed::EmbeddingSet> loadEmbeddingsFile(const std::filesystem::path& file);

/// Embeddings of `source`: images in any layout that data::openDataset knows, embedded with `model` (reused where the
/// workspace has them), or an embeddings file. `model` may be null for a file. The data set and the embeddings are
/// recorded in the workspace.
Result<embed::EmbeddingSet> loadEmbeddings(workspace::Workspace& workspace, const model::Model* model,
                                           const std::filesystem::path& source, const embed::ExtractOptions& options,
                                           std::stop_token stop, const ProgressFn& progress);

/// Embeddings that came without projected ones (the reference's files, .npy) get them from `model`, whose image tower
/// made them. Nothing happens where the set has some, the model has no text tower or another width.
Status addProjected(const model::Model& model, embed::EmbeddingSet& set);

/// True for the labels of a file without class names: its classes are called by their numbers, which say nothing to a
/// text tower.
bool hasNumbersForNames(const embed::EmbeddingSet& set);

/// Makes the model a row of the workspace: one for each folder, and for each checkpoint file by the name it is opened
/// with.
Status recordModel(workspace::Workspace& workspace, const model::ModelInfo& info);

/// The set's key, or the hash of its contents where it came from a file that names none.
std::string embeddingsKey(const embed::EmbeddingSet& set);

/// The canonical path, or the path as it is where that fails.
std::filesystem::path canonicalOr(const std::filesystem::path& path);
/// The same for what may be one file of a folder of links, as the Hugging Face cache has them: it keeps its name.
std::filesystem::path canonicalSource(const std::filesystem::path& path);

}  // namespace oodscope::experiment
