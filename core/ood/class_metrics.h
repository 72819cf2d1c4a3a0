// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/ood/auroc_interval.h"
#include "core/ood/metrics.h"

namespace oodscope::ood {

/// NINCO counts an OOD unit test as failed where more than a tenth of its images pass for ID at 95 % TPR.
inline constexpr double kUnitTestFpr = 0.10;

/// One OOD class against all ID scores.
struct ClassMetrics {
    std::int32_t label = -1;
    std::size_t count = 0;  // OOD scores of the class
    double auroc = 0;
    double aurocLow = 0, aurocHigh = 0;  // DeLong, 95 %
    double fpr95 = 0;
    double realisedTpr = 0;
    double threshold95 = 0;
    std::size_t ties = 0;

    bool failsUnitTest() const { return fpr95 > kUnitTestFpr; }
};

/// NINCO's protocol (Bitterwolf et al., ICML 2023): each OOD class on its own, then the unweighted mean over classes.
struct ClassBreakdown {
    std::vector<ClassMetrics> classes;  // by rising label, those that have scores
    std::size_t unlabelled = 0;         // OOD scores with label −1: in no class
    double auroc = 0;                   // means over the classes; NaN where there are none
    double aurocLow = 0, aurocHigh = 0;
    double fpr95 = 0;
    std::size_t failed = 0;  // classes that fail as a unit test
};

/// `labels` hold the class of each OOD score, 0 … classCount−1, or −1 for none. The interval of the mean is DeLong's:
/// the classes share the ID scores, so their errors are not independent; a class of one score adds no variance.
/// Errors: those of computeMetrics; labels of another length; a label out of range (which index).
Result<ClassBreakdown> classBreakdown(std::span<const double> id, std::span<const double> ood,
                                      std::span<const std::int32_t> labels, std::size_t classCount,
                                      FprConvention convention);

}  // namespace oodscope::ood
