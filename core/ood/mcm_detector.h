// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// max softmax(s · cos / T) of the zero-shot cosines; s is 1 (scale=none) or the model's logit scale (scale=model)
/// (Ming et al. 2022, arXiv 2211.13445). Published temperatures of 1 and 100 differ by that s alone.
class McmDetector final : public Detector {
public:
    static constexpr std::array kOptions{
        kTemperature,
        DetectorOption{.key = "scale", .standard = "none", .meaning = "factor s of the cosines", .words = "none|model"},
    };
    static constexpr DetectorInfo kInfo{.key = "mcm",
                                        .name = "Maximum concept matching (MCM)",
                                        .formula = "max softmax(s · cos(image, class) / T), zero-shot",
                                        .source = "Ming et al. 2022, arXiv 2211.13445",
                                        .needs = {.logits = true, .text = true},
                                        .options = kOptions};

    using Detector::Detector;

private:
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;
};

}  // namespace oodscope::ood
