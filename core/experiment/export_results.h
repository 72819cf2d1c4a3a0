// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// Error InvalidArgument: one of `files` is there already and `overwrite` was not given; nothing was written.
Status checkOverwrite(const std::vector<std::filesystem::path>& files, bool overwrite);

/// ood_metrics.json, ood_metrics.csv (percent, two decimals, one row per OOD set) and eval_args.json as the reference's
/// logit_evaluation.py writes them (method.md section 5), measured under its convention `plp`. Columns of detectors
/// that the reference knows have its names; others follow the same pattern. `probeFolder`: named in eval_args.json.
Status writeReferenceResults(const Evaluation& evaluation, const std::filesystem::path& folder,
                             const std::filesystem::path& probeFolder, bool overwrite);

/// One CSV per detector, `<detector>.csv`, as OpenOOD v1.5 writes them (FPR@95 under its convention, OOD positive;
/// percent): one row per set; with `near` (names of OOD sets) the near ones, their mean `nearood`, the others, their
/// mean `farood`; without, all and their `mean`. scores/<detector>/<set>.npz hold what OpenOOD
/// keeps of a set: conf (the scores), pred and label (-1 for OOD).
Status writeOpenOodResults(const Evaluation& evaluation, const std::filesystem::path& folder,
                           const std::vector<std::string>& near, bool overwrite);

/// A number out of another program's table.
struct ForeignNumber {
    std::string detector;  // as this program calls it, where known; "" in a table without
    std::string ood;
    std::string metric;  // "auroc", "fpr95", "aupr_in", "aupr_out", "accuracy"
    double percent = 0;
};

/// Reads ood_metrics.json or ood_metrics.csv of the reference, or a CSV of OpenOOD, by content. An error names the line
/// or place.
Result<std::vector<ForeignNumber>> readForeignResults(const std::filesystem::path& file);

}  // namespace oodscope::experiment
