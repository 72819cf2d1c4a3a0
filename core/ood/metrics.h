// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/large_vector.h"

namespace oodscope::ood {

struct ScoreCounts;

/// How the FPR at a TPR is read off a ROC curve (method.md section 6).
enum class FprConvention { Plp, Mcm, Ninco, OpenOod, TorchUncertainty };
std::string_view conventionName(FprConvention convention);
Result<FprConvention> parseConvention(std::string_view name);
/// Whether the convention's TPR is that of OOD: then its FPR is the share of ID flagged.
bool oodIsPositive(FprConvention convention);

/// ROC with ID as the positive class; point i holds for "accept when score ≥ threshold[i]". Thresholds fall from +∞;
/// tied scores share a point; collinear points are kept.
struct RocCurve {
    LargeVector<double> threshold;
    LargeVector<double> fpr;  // share of OOD accepted
    LargeVector<double> tpr;  // share of ID accepted
};

/// The TPR of "FPR95".
inline constexpr double kUsualTpr = 0.95;

/// One point of a ROC curve as a convention reads it.
struct FprReading {
    double fpr = 0;        // share of the negatives taken for positives
    double tpr = 0;        // share of the positives found
    double threshold = 0;  // score at that point
};

struct OodMetrics {
    double auroc = 0;    // ties count one half
    double fpr95 = 0;    // under `convention`
    double auprIn = 0;   // trapezoid over the PR curve, ID positive
    double auprOut = 0;  // trapezoid, OOD positive
    double averagePrecisionIn = 0;
    double averagePrecisionOut = 0;
    /// Least of ½ (1 − TPR) + ½ FPR over all thresholds (Liang et al., ODIN): the error of the best one where ID and
    /// OOD are equally frequent. The same whichever class is positive.
    double detectionError = 0;
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

/// The FPR at each TPR of `levels`. Errors: those of computeMetrics; a level outside (0, 1].
Result<std::vector<FprReading>> fprAtTpr(std::span<const double> id, std::span<const double> ood,
                                         FprConvention convention, std::span<const double> levels);
/// InvalidArgument for a TPR outside (0, 1].
Status checkTpr(double level);

// From scores that are sorted and merged already.
RocCurve rocFrom(const ScoreCounts& counts);
OodMetrics metricsFrom(const ScoreCounts& counts, FprConvention convention);
/// The Mann-Whitney statistic, exact: ties one half.
double aurocFrom(const ScoreCounts& counts);

/// What one threshold does: accept when score ≥ threshold.
struct ThresholdCounts {
    std::size_t trueAccepts = 0;   // ID accepted
    std::size_t falseRejects = 0;  // ID rejected
    std::size_t falseAccepts = 0;  // OOD accepted
    std::size_t trueRejects = 0;   // OOD rejected
};
ThresholdCounts countsAt(std::span<const double> id, std::span<const double> ood, double threshold);

}  // namespace oodscope::ood
