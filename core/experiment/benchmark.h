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

struct BenchmarkResult {
    Protocol protocol;
    LocatedSets sets;
    EvaluationPtr evaluation;
};

/// Locates the sets, then embeds what is missing, trains the probe and evaluates. Whatever the workspace holds is used
/// again, so a benchmark that was stopped goes on, and a finished one is only looked up.
Result<BenchmarkResult> runBenchmark(workspace::Workspace& workspace, const BenchmarkOptions& options,
                                     std::stop_token stop, const ProgressFn& progress);

/// The sets and the result table with its means, in percent; and the same as JSON, in fractions.
std::string benchmarkTable(const BenchmarkResult& result);
nlohmann::json benchmarkJson(const BenchmarkResult& result);
nlohmann::json toJson(const LocatedSet& set);

}  // namespace oodscope::experiment
