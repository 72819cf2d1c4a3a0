// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// max z (Hendrycks et al. 2022, arXiv 1911.11132).
class MaxLogitDetector final : public LogitDetector {
public:
    static constexpr DetectorInfo kInfo{"max_logit", "Maximum logit", "max z",
                                        "Hendrycks et al. 2022, arXiv 1911.11132", /*needsFit=*/false};

    using LogitDetector::LogitDetector;
    const DetectorInfo& info() const override { return kInfo; }

private:
    double scoreOf(std::span<const float> logits) const override;
};

}  // namespace oodscope::ood
