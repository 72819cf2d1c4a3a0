// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/ood/metrics.h"
#include "core/ood/score_counts.h"

namespace oodscope::ood {

/// One point of a ROC curve as a convention reads it.
struct FprReading {
    double fpr = 0;        // share of the negatives taken for positives
    double tpr = 0;        // share of the positives found
    double threshold = 0;  // score at that point
};

/// FPR at 95 % TPR as the convention's own library computes it (method.md section 6). For OpenOod and TorchUncertainty
/// OOD is the positive class: fpr is the share of ID flagged, tpr the share of OOD flagged (score ≤ threshold).
/// Plp interpolates: tpr is 0.95 and threshold the highest score that accepts at least 95 % of ID.
FprReading readFpr95(const ScoreCounts& counts, std::span<const double> idRising, FprConvention convention);

}  // namespace oodscope::ood
