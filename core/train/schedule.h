// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace oodscope::train {

/// Steps of the linear warm-up: the whole part of share · steps (method.md section 4).
std::int64_t warmupSteps(std::int64_t steps, double share);

/// Learning rate of step `step` in [0, steps): base · step/(warmup − 1) while step < warmup, so that the last step of
/// the warm-up has `base` (a warm-up of one step has 0); then base · ½(1 + cos(π · j/(steps − warmup))) from j = 0.
/// Steps out of the range take the nearest step's rate.
double warmupCosine(std::int64_t step, std::int64_t steps, std::int64_t warmup, double base);

}  // namespace oodscope::train
