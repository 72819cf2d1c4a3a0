// SPDX-License-Identifier: GPL-3.0-or-later
#include <utility>

#include "core/ood/blocks_torch.h"
#include "core/ood/residual_detector_torch.h"

namespace oodscope::ood {

Status ResidualDetector::fitTrain(const DetectorInput& train) {
    auto space = PrincipalSpace::fit(LinearHead(*train.head), train.features, options().whole(kPrincipalDim.key));
    if (!space) return failFrom(space);
    m_space = std::move(*space);
    return {};
}

Result<std::vector<double>> ResidualDetector::scoreRows(const DetectorInput& input) const {
    const LinearHead head(*input.head);
    return scoresByBlock(input.features, [&](std::int64_t, const at::Tensor& rows) {
        return m_space.residual(head.inputs(rows)).neg();
    });
}

}  // namespace oodscope::ood
