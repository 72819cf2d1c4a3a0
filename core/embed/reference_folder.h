// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/embed/embedding_set.h"

namespace oodscope::embed {

// The reference's layout (method.md section 2): <root>/<dataset>/<arch, '/' as '_'>/{embeddings,label,mean,std}.pt for
// the training split and the same with "-test" for the test split, each a bare tensor of torch.save.

enum class Split { Train, Test };

/// Whether `folder` holds embeddings in the reference's layout.
bool isReferenceFolder(const std::filesystem::path& folder);
/// The embeddings of a split: <folder>/embeddings.pt or embeddings-test.pt.
std::filesystem::path referenceFile(const std::filesystem::path& folder, Split split);
/// <root>/<dataset>/<arch> with '/' as '_' in both names.
std::filesystem::path referenceFolder(const std::filesystem::path& root, const std::string& dataset,
                                      const std::string& arch);

/// Labels and the data set's name for `set`, read from embeddings{,-test}.pt: those of label{,-test}.pt beside it (a
/// tensor, or a dict with "label"), none where that file is not there. Other files are left alone.
Status addReferenceLabels(const std::filesystem::path& embeddingsFile, EmbeddingSet& set);

/// mean{,-test}.pt and std{,-test}.pt: what the reference standardises a probe's input with.
struct ReferenceStats {
    std::vector<float> mean;
    std::vector<float> std;
};
/// Nothing where one of them is missing. Error: a file that does not hold `width` numbers.
Result<std::optional<ReferenceStats>> readReferenceStats(const std::filesystem::path& embeddingsFile,
                                                         std::size_t width);

/// Every file that writeReferenceSplit writes.
std::vector<std::filesystem::path> referenceFiles(const std::filesystem::path& folder, Split split);
/// embeddings, label (where there are labels), mean and std (unbiased) of one split, readable by
/// torch.load(weights_only=True).
Status writeReferenceSplit(const EmbeddingSet& set, const std::filesystem::path& folder, Split split);

}  // namespace oodscope::embed
