// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/detector.h"
#include "core/ood/gaussian.h"

namespace oodscope::ood {

/// Mahalanobis distance to the nearest class less that to the whole train set, in logit space. Needs train logits and
/// labels.
class RelativeMahalanobisDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{"mahalanobis_relative", "Relative Mahalanobis distance", "−min_c (d_c² − d_0²)",
                                        "Ren et al. 2021, arXiv 2106.09022", /*needsFit=*/true};

    const DetectorInfo& info() const override { return kInfo; }
    Status fit(const DetectorInput& train) override;
    Result<std::vector<double>> score(const DetectorInput& input) const override;
    std::string note() const override;

private:
    Gaussian m_classes;
    Gaussian m_all;
};

}  // namespace oodscope::ood
