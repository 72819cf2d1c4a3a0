// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/mcm_detector.h"

#include "core/ood/blocks_torch.h"

namespace oodscope::ood {

Result<std::vector<double>> McmDetector::scoreRows(const DetectorInput& input) const {
    const bool scaled = options().word("scale") == "model";
    if (scaled && !(input.text->logitScale > 0))
        return fail(ErrorCode::InvalidArgument, "scale=model: this model has no logit scale");
    const double temperature = options().number(kTemperature.key) / (scaled ? input.text->logitScale : 1.0);
    return scoresByRow(input.logits,
                       [temperature](std::span<const float> row) { return largestSoftmax(row, temperature); });
}

}  // namespace oodscope::ood
