// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/probe/linear_probe.h"

namespace oodscope::probe {

/// Where a training starts, when it is not drawn from the seed: for tests against other programs, and to repeat a run.
struct ProbeStart {
    Matrix weight;                                  // [C, D]
    std::vector<float> bias;                        // C
    std::vector<std::vector<std::int64_t>> orders;  // one permutation of 0 … N−1 per epoch
};

/// trainProbe from a given start. Errors also: a start whose sizes do not fit, an order that is no permutation.
Result<LinearProbe> trainProbeFrom(const ProbeStart& start, const Matrix& features,
                                   const std::vector<std::int32_t>& labels, std::size_t classCount,
                                   const ProbeOptions& options, std::stop_token stop, const ProgressFn& progress);

}  // namespace oodscope::probe
