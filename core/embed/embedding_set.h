// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::embed {

struct UnreadableFile {
    std::string path;
    std::string reason;
};

/// Embeddings of a data set with what made them. Rows in sorted path order, unreadable files left out.
struct EmbeddingSet {
    std::string key;  // content key (design.md, Identity); empty for an imported file
    std::string datasetName;
    std::filesystem::path datasetRoot;    // empty: images unknown
    Matrix embeddings;                    // [N, D] pre-projection
    Matrix projected;                     // [N, P] or 0 × 0
    std::vector<std::int32_t> labels;     // N; -1: none
    std::vector<std::string> classNames;  // empty: no labels
    std::vector<std::string> paths;       // N, relative to datasetRoot
    std::vector<UnreadableFile> unreadable;
    nlohmann::json provenance;  // object

    std::size_t size() const { return embeddings.rows(); }
    bool hasLabels() const { return !classNames.empty(); }
};

/// F.safetensors (embeddings, projected, labels) or F.npy (embeddings only) with F.json beside it (design.md section
/// 6).
Status exportEmbeddings(const EmbeddingSet& set, const std::filesystem::path& file);
/// Reads what exportEmbeddings wrote, plain .npy / .safetensors without the JSON, and .pt files of torch.save: a
/// matrix, or a dict with "embeddings"; of the reference's embeddings{,-test}.pt also the labels beside it. Error: a
/// value that is not finite.
Result<EmbeddingSet> importEmbeddings(const std::filesystem::path& file);

}  // namespace oodscope::embed
