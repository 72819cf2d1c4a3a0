// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/embed/embedding_set.h"
#include "core/experiment/probe_job.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

// The reference's files of a probe (method.md section 4): hp.json, model.pth (weight, bias), pseudo_labels.pth where
// its labels are pseudo labels, val_acc.txt.

struct ReferenceProbeNames {
    std::string dataset;  // as the reference calls it: "CIFAR100"; empty: the training set's name
    std::string arch;     // "openclip_ViT-B-16/openai"; empty: the model's name
};

/// Writes a stored probe for linear_probing.py and logit_evaluation.py. `accuracy`: on the test set, a fraction, or
/// negative: no val_acc.txt. Error: a file is there already and `overwrite` was not given.
Status exportReferenceProbe(const StoredProbe& probe, const std::filesystem::path& folder,
                            const ReferenceProbeNames& names, double accuracy, bool overwrite);

/// Reads one as a probe of `workspace`. `train`: the embeddings that it was trained on, from `trainSource`; they give
/// the mean and deviation of its input (those of mean.pt and std.pt beside them where they are the reference's own).
/// The same files give the same probe. Errors name the file: one that is missing, sizes that do not fit the embeddings,
/// values that are not finite, a head of another kind.
Result<StoredProbe> importReferenceProbe(workspace::Workspace& workspace, const std::filesystem::path& folder,
                                         const embed::EmbeddingSet& train, const std::filesystem::path& trainSource);

}  // namespace oodscope::experiment
