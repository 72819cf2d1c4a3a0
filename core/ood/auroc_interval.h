// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/base/error.h"

namespace oodscope::ood {

struct ScoreCounts;

/// AUROC with its DeLong standard error (DeLong, DeLong, Clarke-Pearson, Biometrics 1988) and the normal 95 % interval,
/// cut to [0, 1].
struct AurocInterval {
    double auroc = 0;
    double standardError = 0;  // √(varianceId + varianceOod); 0 where the sets are separated, or both are single scores
    double varianceId = 0;     // share of the ID scores in the variance; 0 for a single score
    double varianceOod = 0;
    double low = 0;
    double high = 0;
};

/// Ties count one half, O(n log n). The errors of computeMetrics.
Result<AurocInterval> aurocInterval(std::span<const double> id, std::span<const double> ood);
/// From scores that are sorted and merged already.
AurocInterval intervalFrom(const ScoreCounts& counts);

/// Fills low and high from auroc and standardError.
void setNormalInterval(AurocInterval& interval);
/// Half the width of a normal 95 % interval in standard errors.
inline constexpr double kNormal95 = 1.959963984540054;

}  // namespace oodscope::ood
