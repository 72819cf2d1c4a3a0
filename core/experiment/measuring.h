// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

struct Measurement {
    std::vector<DetectorResult> results;
    std::vector<GroupResult> groups;
};

/// Every detector × OOD set of `evaluation` from its scores, labels and accuracies: AUROC with its DeLong interval,
/// FPR95 and the rest, pooled and by OOD class; the means over groups of sets. Errors name the detector and the set:
/// those of computeMetrics and classBreakdown; a set without scores for a detector. Cancelled.
Result<Measurement> measure(const Evaluation& evaluation, ood::FprConvention convention, std::stop_token stop);

/// Puts what measure() gives in place of the results and groups of `evaluation`, which stay where it fails.
Status measureInto(Evaluation& evaluation, ood::FprConvention convention, std::stop_token stop);

/// The scores of one detector; null where the set was not scored with it.
const std::vector<double>* scoresOf(const ScoredSet& set, std::size_t detector);

/// The ID accuracy of what a detector looks at, the probe or zero-shot: 0 to 1; -1: not known.
double idAccuracyOf(const Evaluation& evaluation, std::size_t detector);

/// The FPR at each TPR of `levels`, for each of the results; under their convention.
Result<std::vector<std::vector<ood::FprReading>>> fprAtTpr(const Evaluation& evaluation,
                                                           const std::vector<double>& levels);

}  // namespace oodscope::experiment
