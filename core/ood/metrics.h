// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::ood {

/// How FPR at 95 % TPR is read off a ROC curve (method.md section 6).
enum class FprConvention { Plp, Mcm, Ninco, OpenOod, TorchUncertainty };
std::string_view conventionName(FprConvention convention);
Result<FprConvention> parseConvention(std::string_view name);

/// ROC with ID as the positive class; point i holds for "accept when score ≥ threshold[i]". Thresholds fall from +∞;
/// tied scores share a point; collinear points are kept.
struct RocCurve {
    std::vector<double> threshold;
    std::vector<double> fpr;  // share of OOD accepted
    std::vector<double> tpr;  // share of ID accepted
};

struct OodMetrics {
    double auroc = 0;    // ties count one half
    double fpr95 = 0;    // under `convention`
    double auprIn = 0;   // trapezoid over the PR curve, ID positive
    double auprOut = 0;  // trapezoid, OOD positive
    double averagePrecisionIn = 0;
    double averagePrecisionOut = 0;
    double realisedTpr = 0;  // the TPR at which fpr95 was read
    double threshold95 = 0;  // the score at that point
    std::size_t ties = 0;    // scores that equal another score
    std::size_t idCount = 0;
    std::size_t oodCount = 0;
    FprConvention convention = FprConvention::Plp;
};

/// Scores: higher means more in-distribution. Errors: an empty set, NaN or infinity (which set, which index).
Result<RocCurve> rocCurve(std::span<const double> id, std::span<const double> ood);
Result<OodMetrics> computeMetrics(std::span<const double> id, std::span<const double> ood,
                                  FprConvention convention = FprConvention::Plp);

/// What one threshold does: accept when score ≥ threshold.
struct ThresholdCounts {
    std::size_t trueAccepts = 0;   // ID accepted
    std::size_t falseRejects = 0;  // ID rejected
    std::size_t falseAccepts = 0;  // OOD accepted
    std::size_t trueRejects = 0;   // OOD rejected
};
ThresholdCounts countsAt(std::span<const double> id, std::span<const double> ood, double threshold);

}  // namespace oodscope::ood
