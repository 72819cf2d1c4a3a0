// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/experiment/evaluation.h"
#include "core/experiment/run.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// Figures of runs that differ in their seed alone.
struct Spread {
    double mean = 0;
    double deviation = 0;  // of the sample (n − 1); 0 for one value
    std::vector<double> values;
};
Spread spreadOf(std::vector<double> values);

/// An evaluation repeated with the seeds `seed`, `seed` + 1, …: of shots, initial weights and order.
struct SeedRuns {
    struct Row {
        std::string detector;
        std::string ood;
        Spread auroc, fpr95;
    };
    std::vector<std::uint64_t> seeds;
    std::vector<EvaluationPtr> evaluations;  // one per seed
    Spread probeAccuracy;                    // no values where it is unknown
    std::vector<Row> rows;                   // detectors × OOD sets, as in each evaluation
};

struct ProbeSeedRuns {
    std::vector<std::uint64_t> seeds;
    std::vector<std::string> probes;  // ids, one per seed
    Spread accuracy;                  // on idTest; no values where it is unknown
};

/// Each run is kept in the workspace like any other. Errors: fewer than two seeds, a stored probe (it has its own
/// seed), zero-shot alone (nothing is drawn), and those of the runs.
Result<SeedRuns> runEvaluations(workspace::Workspace& workspace, const RunOptions& options, int seedCount,
                                std::stop_token stop, const ProgressFn& progress);
Result<ProbeSeedRuns> runProbes(workspace::Workspace& workspace, const RunOptions& options, int seedCount,
                                std::stop_token stop, const ProgressFn& progress);

nlohmann::json toJson(const Spread& spread);  // {"mean", "deviation", "values"}; null without values
nlohmann::json toJson(const SeedRuns& runs);
nlohmann::json toJson(const ProbeSeedRuns& runs);
std::string seedTable(const SeedRuns& runs);
std::string seedTable(const ProbeSeedRuns& runs);

}  // namespace oodscope::experiment
