// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// T · logsumexp(z / T) (Liu et al. 2020, arXiv 2010.03759).
class FreeEnergyDetector final : public LogitDetector {
public:
    static constexpr DetectorInfo kInfo{"free_energy", "Free energy", "T · logsumexp(z / T)",
                                        "Liu et al. 2020, arXiv 2010.03759", /*needsFit=*/false};

    using LogitDetector::LogitDetector;
    const DetectorInfo& info() const override { return kInfo; }

private:
    double scoreOf(std::span<const float> logits) const override;
};

}  // namespace oodscope::ood
