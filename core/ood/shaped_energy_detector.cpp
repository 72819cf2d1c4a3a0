// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/ood/blocks_torch.h"
#include "core/ood/shaped_energy_detector_torch.h"

namespace oodscope::ood {

Result<std::vector<double>> ShapedEnergyDetector::scoreRows(const DetectorInput& input) const {
    const LinearHead head(*input.head);
    return scoresByBlock(input.features, [&](std::int64_t, const at::Tensor& features) {
        return shapedLogits(head, features).logsumexp(1);
    });
}

std::int64_t keptCount(std::int64_t width, double percentile) {
    const auto cut = std::int64_t(std::nearbyint(double(width) * percentile / 100));  // to even, as numpy rounds
    return std::max(std::int64_t{1}, width - cut);
}

}  // namespace oodscope::ood
