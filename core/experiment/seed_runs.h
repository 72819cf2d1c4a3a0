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
    struct ClassRow {
        std::string name;
        Spread auroc, fpr95;
    };
    struct Row {
        std::string detector;
        std::string ood;
        Spread auroc, fpr95;
        Spread classAuroc, classFpr95;  // of the unweighted means over OOD classes; no values below two classes
        std::vector<ClassRow> classes;  // each on its own, likewise
    };
    struct GroupRow {
        std::string detector;
        OodGroup group = OodGroup::None;  // None: over all OOD sets
        std::size_t sets = 0;
        Spread auroc, fpr95;  // of the unweighted means over its sets
    };
    std::vector<std::uint64_t> seeds;
    std::vector<EvaluationPtr> evaluations;  // one per seed
    Spread probeAccuracy;                    // no values where it is unknown
    std::vector<Row> rows;                   // detectors × OOD sets, as in each evaluation
    std::vector<GroupRow> groups;            // likewise
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

/// The FPR at each TPR of `levels`, for each row; under the convention of the runs.
Result<std::vector<std::vector<Spread>>> fprAtTpr(const SeedRuns& runs, const std::vector<double>& levels);

nlohmann::json toJson(const Spread& spread);  // {"mean", "deviation", "values"}; null without values
/// With `perClass` every result also lists its OOD classes.
nlohmann::json toJson(const SeedRuns& runs, bool perClass = false);
nlohmann::json toJson(const ProbeSeedRuns& runs);
/// "87.31 ± 0.42", in percent; "-" without values.
std::string percentText(const Spread& spread);
/// Rows of results, of groups and of means over OOD classes.
std::string seedTable(const SeedRuns& runs);
std::string seedTable(const ProbeSeedRuns& runs);
/// The OOD classes of every detector and set, the hardest first; empty where no set has several.
std::string seedClassTables(const SeedRuns& runs);

}  // namespace oodscope::experiment
