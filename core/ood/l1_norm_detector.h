// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// Σ (z − min z) (Adaloglou et al. 2024, arXiv 2303.05828).
class L1NormDetector final : public LogitDetector {
public:
    static constexpr DetectorInfo kInfo{"l1_norm", "L1 norm above the smallest logit", "Σ (z − min z)",
                                        "Adaloglou et al. 2024, arXiv 2303.05828", /*needsFit=*/false};

    using LogitDetector::LogitDetector;
    const DetectorInfo& info() const override { return kInfo; }

private:
    double scoreOf(std::span<const float> logits) const override;
};

}  // namespace oodscope::ood
