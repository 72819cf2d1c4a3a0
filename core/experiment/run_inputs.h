// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"
#include "core/embed/embedding_set.h"
#include "core/experiment/probe_job.h"
#include "core/experiment/run.h"
#include "core/model/model.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// Everything a probe or an evaluation starts from: embeddings, classes, labels.
struct RunInputs {
    std::shared_ptr<const model::Model> model;  // null: every set came from an embeddings file
    embed::EmbeddingSet train;
    embed::EmbeddingSet idTest;  // empty where none was given
    std::vector<embed::EmbeddingSet> ood;
    std::vector<std::string> classNames;
    std::vector<std::int32_t> trainTrue;  // into classNames; -1: unknown
    std::vector<std::int32_t> idTrue;     // into classNames; -1: unknown
    bool hasZeroShot = false;
    Matrix classVectors;                    // [C, P]; empty without zero-shot
    Matrix negativeVectors;                 // [M, P]; empty without zero-shot or negative words
    std::vector<std::int32_t> trainPseudo;  // into classNames; empty without zero-shot

    /// The labels that the probe learns.
    ProbeLabels labels(LabelSource source) const;
};

/// Opens the model, embeds what is missing, makes class vectors and pseudo labels.
Result<RunInputs> prepareInputs(workspace::Workspace& workspace, const RunOptions& options, std::stop_token stop,
                                const ProgressFn& progress);

/// Tells `progress` that `stage` begins.
void announce(const ProgressFn& progress, std::string stage);

}  // namespace oodscope::experiment
