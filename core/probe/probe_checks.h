// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/probe/linear_probe.h"
#include "core/probe/probe_start.h"

namespace oodscope::probe {

/// Everything that can be said against a training before it starts, but the values of the features.
Status checkTraining(const Matrix& features, const std::vector<std::int32_t>& labels, std::size_t classCount,
                     const ProbeOptions& options);
Status checkStart(const ProbeStart& start, std::size_t rows, std::size_t width, std::size_t classCount, int epochs);

/// `shots` rows of every class, drawn without replacement, rising. Error: a class with fewer (it is named).
Result<std::vector<std::size_t>> drawShots(const std::vector<std::int32_t>& labels, std::size_t classCount, int shots,
                                           std::uint64_t seed);

}  // namespace oodscope::probe
