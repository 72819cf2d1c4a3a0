// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/base/error.h"

namespace oodscope::ood {

/// The scores of one detector; sample i of a set is the same image for every detector compared.
struct DetectorScores {
    std::span<const double> id;
    std::span<const double> ood;
};

/// The test of DeLong, DeLong and Clarke-Pearson (Biometrics 1988) for two AUROCs on the same samples.
struct PairedDelong {
    double aurocA = 0;
    double aurocB = 0;
    double difference = 0;     // A − B
    double standardError = 0;  // of the difference
    double low = 0;            // normal 95 % interval of the difference
    double high = 0;
    double z = 0;            // NaN where the standard error is 0 and the AUROCs differ: there is nothing to test with
    double p = 1;            // two-sided; NaN likewise
    double correlation = 0;  // of the two AUROCs; NaN where one has no variance
};

/// O(n log n). Errors: those of computeMetrics, with "A" or "B" before the set; sets of different sizes.
Result<PairedDelong> pairedDelong(const DetectorScores& a, const DetectorScores& b);

}  // namespace oodscope::ood
