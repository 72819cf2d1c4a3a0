// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace oodscope::experiment {

/// A number out of another program's table.
struct ForeignNumber {
    std::string detector;  // as this program calls it, where known; "" in a table without
    std::string ood;
    std::string metric;  // "auroc", "fpr95", "aupr_in", "aupr_out", "accuracy"
    double percent = 0;
    double deviation = -1;  // over runs, percent, of the population (divided by n); negative: the table has none
};

/// Reads ood_metrics.json or ood_metrics.csv of the reference, or a CSV of OpenOOD, by content: its ood.csv, the table
/// of one run of eval_ood_imagenet.py, and that of several runs of eval_ood.py ("91.25 ± 0.31"). An error names the
/// line or place.
Result<std::vector<ForeignNumber>> readForeignResults(const std::filesystem::path& file);

}  // namespace oodscope::experiment
