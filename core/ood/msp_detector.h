// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// max softmax(z / T) (Hendrycks and Gimpel 2017, arXiv 1610.02136).
class MspDetector final : public LogitDetector {
public:
    static constexpr DetectorInfo kInfo{"msp", "Maximum softmax probability", "max softmax(z / T)",
                                        "Hendrycks and Gimpel 2017, arXiv 1610.02136", /*needsFit=*/false};

    using LogitDetector::LogitDetector;
    const DetectorInfo& info() const override { return kInfo; }

private:
    double scoreOf(std::span<const float> logits) const override;
};

}  // namespace oodscope::ood
