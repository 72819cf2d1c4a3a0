// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/cdist.h>

#include <limits>

#include "core/ood/blocks_torch.h"
#include "core/ood/fdbd_detector_torch.h"
#include "core/ood/linear_head_torch.h"

namespace oodscope::ood {

Status FdbdDetector::fitTrain(const DetectorInput& train) {
    const LinearHead head(*train.head);
    if (head.weight.size(0) < 2) return fail(ErrorCode::InvalidArgument, "one class has no decision boundary");
    constexpr std::int64_t kDirectDistances = 2;  // without the product that loses small distances
    m_mean = head.inputs(columnMeans(train.features).unsqueeze(0)).squeeze(0);
    m_weightGap = at::cdist(head.weight, head.weight, /*p=*/2, kDirectDistances);
    m_weightGap.masked_fill_(m_weightGap.eq(0), std::numeric_limits<double>::infinity());
    return {};
}

Result<std::vector<double>> FdbdDetector::scoreRows(const DetectorInput& input) const {
    const LinearHead head(*input.head);
    return scoresByBlock(input.features, [&](std::int64_t, const at::Tensor& rows) {
        const at::Tensor inputs = head.inputs(rows);
        const at::Tensor logits = head.logits(inputs);
        const auto [largest, predicted] = logits.max(1, /*keepdim=*/true);
        const at::Tensor gaps = m_weightGap.index_select(0, predicted.squeeze(1));
        const at::Tensor mean = largest.sub(logits).div_(gaps).sum(1).div_(double(logits.size(1) - 1));
        return mean.div_(inputs.sub(m_mean).norm(2, {1}).clamp_min_(1e-12));
    });
}

}  // namespace oodscope::ood
