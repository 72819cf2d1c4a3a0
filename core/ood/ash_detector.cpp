// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/zeros_like.h>

#include "core/ood/ash_detector_torch.h"

namespace oodscope::ood {

at::Tensor AshDetector::shapedLogits(const LinearHead& head, const at::Tensor& features) const {
    const at::Tensor inputs = head.inputs(features);
    const at::Tensor sum = inputs.sum(1, /*keepdim=*/true);
    const std::int64_t kept = keptCount(inputs.size(1), options().number("percentile"));
    auto [values, indices] = inputs.topk(kept, 1);
    const std::string& variant = options().word("variant");
    if (variant == "s") values = values.mul(sum.div(values.sum(1, /*keepdim=*/true)).exp());
    if (variant == "b") values = sum.div(double(kept)).expand_as(values);
    return head.logits(at::zeros_like(inputs).scatter_(1, indices, values));
}

}  // namespace oodscope::ood
