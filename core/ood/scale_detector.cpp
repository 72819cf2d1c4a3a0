// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/scale_detector_torch.h"

namespace oodscope::ood {

at::Tensor ScaleDetector::shapedLogits(const LinearHead& head, const at::Tensor& features) const {
    const at::Tensor inputs = head.inputs(features);
    const std::int64_t large = keptCount(inputs.size(1), options().number("percentile"));
    const at::Tensor largest = std::get<0>(inputs.topk(large, 1)).sum(1, /*keepdim=*/true);
    return head.logits(inputs.mul(inputs.sum(1, /*keepdim=*/true).div(largest).exp()));
}

}  // namespace oodscope::ood
