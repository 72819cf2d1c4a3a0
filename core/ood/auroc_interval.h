// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/base/error.h"

namespace oodscope::ood {

/// AUROC with its DeLong standard error (DeLong, DeLong, Clarke-Pearson, Biometrics 1988) and the normal 95 % interval,
/// cut to [0, 1].
struct AurocInterval {
    double auroc = 0;
    double standardError = 0;  // 0 where the sets are separated, or one has a single score
    double low = 0;
    double high = 0;
};

/// Ties count one half, O(n log n). The errors of computeMetrics.
Result<AurocInterval> aurocInterval(std::span<const double> id, std::span<const double> ood);

}  // namespace oodscope::ood
