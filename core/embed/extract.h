// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/embed/embedding_set.h"
#include "core/model/model.h"

namespace oodscope::embed {

struct ExtractOptions {
    std::vector<model::Device> devices{model::Device{}};
    model::Precision precision = model::Precision::Fp32;
    int batchSize = 32;
    int decoderThreads = 0;              // 0: from the number of cores
    int computeThreads = 0;              // CPU worker; 0: from the number of cores
    double maxUnreadableShare = 0.1;     // more unreadable files than this fail the run
};

/// With how many threads a CPU worker computes.
int computeThreadsOf(const ExtractOptions& options);

/// Embeddings of `dataset`, reused from `storeFolder` where an artefact with the same key is whole, resumed where a
/// stopped run left one, made otherwise. The result does not depend on timing, devices' order or thread count.
Result<EmbeddingSet> extract(const model::Model& model, const data::Dataset& dataset, const ExtractOptions& options,
                             const std::filesystem::path& storeFolder, std::stop_token stop, const ProgressFn& progress);

}  // namespace oodscope::embed
