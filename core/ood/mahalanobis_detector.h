// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/detector.h"
#include "core/ood/gaussian.h"

namespace oodscope::ood {

/// −min over classes of the squared Mahalanobis distance, in logit space. Needs train logits and labels.
class MahalanobisDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{"mahalanobis", "Mahalanobis distance", "−min_c (z − μ_c)ᵀ Σ⁻¹ (z − μ_c)",
                                        "Lee et al. 2018, arXiv 1807.03888", /*needsFit=*/true};

    const DetectorInfo& info() const override { return kInfo; }
    Status fit(const DetectorInput& train) override;
    Result<std::vector<double>> score(const DetectorInput& input) const override;
    std::string note() const override;

private:
    Gaussian m_classes;
};

/// "rank 9 of 10; 2 classes with one sample left out", or nothing where there is nothing to tell.
std::string fitNote(const Gaussian& gaussian);

}  // namespace oodscope::ood
