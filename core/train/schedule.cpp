// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace oodscope::train {

std::int64_t warmupSteps(std::int64_t steps, double share) {
    return std::clamp<std::int64_t>(std::int64_t(share * double(steps)), 0, std::max<std::int64_t>(steps, 0));
}

double warmupCosine(std::int64_t step, std::int64_t steps, std::int64_t warmup, double base) {
    if (steps <= 0) return base;
    const std::int64_t at = std::clamp<std::int64_t>(step, 0, steps - 1);
    if (at < warmup) return warmup == 1 ? 0.0 : base * double(at) / double(warmup - 1);
    const double share = double(at - warmup) / double(steps - warmup);
    return 0.5 * base * (1.0 + std::cos(std::numbers::pi * share));
}

}  // namespace oodscope::train
