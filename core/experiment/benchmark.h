// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/experiment/protocol.h"
#include "core/experiment/run.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

struct BenchmarkOptions {
    Protocol protocol;
    data::DatasetFolders folders;
    RunOptions run;            // its sets are filled in from the protocol
    bool skipMissing = false;  // evaluate on the OOD sets that are there
};

/// Unweighted mean over OOD sets, for one detector.
struct GroupMean {
    std::string detector;
    OodGroup group = OodGroup::None;  // None: over all sets
    std::size_t sets = 0;
    double auroc = 0;
    double fpr95 = 0;
};

struct BenchmarkResult {
    Protocol protocol;
    LocatedSets sets;
    EvaluationPtr evaluation;
    std::vector<GroupMean> means;  // by detector: near, far (where the protocol has them), all
};

/// Locates the sets, then embeds what is missing, trains the probe and evaluates. Whatever the workspace holds is used
/// again, so a benchmark that was stopped goes on, and a finished one is only looked up.
Result<BenchmarkResult> runBenchmark(workspace::Workspace& workspace, const BenchmarkOptions& options,
                                     std::stop_token stop, const ProgressFn& progress);

std::vector<GroupMean> groupMeans(const Evaluation& evaluation, const std::vector<OodGroup>& groups);

/// The result table with the means below it, in percent; and the same as JSON, in fractions.
std::string benchmarkTable(const BenchmarkResult& result);
nlohmann::json benchmarkJson(const BenchmarkResult& result);
nlohmann::json toJson(const LocatedSet& set);

}  // namespace oodscope::experiment
