// SPDX-License-Identifier: GPL-3.0-or-later
#include <utility>

#include "core/ood/blocks_torch.h"
#include "core/ood/vim_detector_torch.h"

namespace oodscope::ood {

Status VimDetector::fitTrain(const DetectorInput& train) {
    const LinearHead head(*train.head);
    auto space = PrincipalSpace::fit(head, train.features, options().whole(kPrincipalDim.key));
    if (!space) return failFrom(space);
    double logits = 0;
    double residuals = 0;
    forEachBlock(train.features, [&](std::int64_t, const at::Tensor& rows) {
        const at::Tensor inputs = head.inputs(rows);
        logits += head.logits(inputs).amax(1).sum().item<double>();
        residuals += space->residual(inputs).sum().item<double>();
    });
    if (!(residuals > 0))
        return fail(ErrorCode::InvalidArgument, "the train features do not leave their principal directions");
    m_space = std::move(*space);
    m_alpha = logits / residuals;
    return {};
}

Result<std::vector<double>> VimDetector::scoreRows(const DetectorInput& input) const {
    const LinearHead head(*input.head);
    return scoresByBlock(input.features, [&](std::int64_t, const at::Tensor& rows) {
        const at::Tensor inputs = head.inputs(rows);
        return head.logits(inputs).logsumexp(1).sub(m_space.residual(inputs), m_alpha);
    });
}

}  // namespace oodscope::ood
