// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/embedding_set.h"
#include "core/probe/linear_probe.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

struct StoredProbe {
    std::string id;
    probe::LinearProbe probe;
    bool reused = false;
    nlohmann::json details;  // as the library has them: labels, class names, options, how it was made
};

/// What the labels are, for the record: "pseudo" or "true", and the key of what made them.
struct ProbeLabels {
    std::string source;
    std::vector<std::int32_t> labels;  // one per row of the training set, in [0, classNames)
    std::vector<std::string> classNames;
};

/// Trains a probe on `train`, or takes the one that the workspace holds for the same embeddings, labels and options.
/// `made` (see probeProvenance) is kept with a new one.
Result<StoredProbe> trainOrReuseProbe(workspace::Workspace& workspace, const embed::EmbeddingSet& train,
                                      const ProbeLabels& labels, const probe::ProbeOptions& options,
                                      const nlohmann::json& made, std::stop_token stop, const ProgressFn& progress);

/// Puts a probe into the workspace under `id`, its row after its file. `details`: see StoredProbe.
Status storeProbe(workspace::Workspace& workspace, const std::string& id, const std::string& title,
                  const probe::LinearProbe& probe, const nlohmann::json& details);

/// A probe of the workspace by its id.
Result<StoredProbe> loadStoredProbe(const workspace::Workspace& workspace, const std::string& id);

nlohmann::json describe(const probe::ProbeOptions& options);

}  // namespace oodscope::experiment
