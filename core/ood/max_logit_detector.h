// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// max z (Hendrycks et al. 2022, arXiv 1911.11132).
class MaxLogitDetector final : public LogitDetector {
public:
    static constexpr DetectorInfo kInfo{.key = "max_logit",
                                        .name = "Maximum logit",
                                        .formula = "max z",
                                        .source = "Hendrycks et al. 2022, arXiv 1911.11132",
                                        .needs = {.logits = true}};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;
};

}  // namespace oodscope::ood
