// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/metrics.h"
#include "core/ood/score_counts.h"

namespace oodscope::ood {

/// FPR at the TPR `level` in (0, 1] as the convention's own library computes it (method.md section 6). For OpenOod and
/// TorchUncertainty OOD is the positive class: fpr is the share of ID flagged, tpr the share of OOD flagged (score ≤
/// threshold). Plp interpolates: tpr is the level itself and threshold the highest score that accepts that much of ID.
FprReading readFpr(const ScoreCounts& counts, FprConvention convention, double level);

}  // namespace oodscope::ood
