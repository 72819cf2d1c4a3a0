// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/ood/detector.h"
#include "core/ood/linear_head_torch.h"

namespace oodscope::ood {

/// The energy logsumexp(z) of logits that are made again from changed activations or weights.
class ShapedEnergyDetector : public Detector {
public:
    using Detector::Detector;

private:
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const final;
    /// features [n, D] double → logits [n, C].
    virtual at::Tensor shapedLogits(const LinearHead& head, const at::Tensor& features) const = 0;
};

/// How many of `width` activations stay where the lowest `percentile` % are cut; at least one.
std::int64_t keptCount(std::int64_t width, double percentile);

}  // namespace oodscope::ood
