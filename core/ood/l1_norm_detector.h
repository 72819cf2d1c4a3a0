// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// Σ (z − min z) (Adaloglou et al. 2024, arXiv 2303.05828).
class L1NormDetector final : public LogitDetector {
public:
    static constexpr DetectorInfo kInfo{.key = "l1_norm",
                                        .name = "L1 norm above the smallest logit",
                                        .formula = "Σ (z − min z)",
                                        .source = "Adaloglou et al. 2024, arXiv 2303.05828",
                                        .needs = {.logits = true}};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;
};

}  // namespace oodscope::ood
