// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/detector.h"
#include "core/ood/gaussian.h"

namespace oodscope::ood {

/// −min over classes of the squared Mahalanobis distance, of the logits or of the features (kFeatureInfo).
class MahalanobisDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{.key = "mahalanobis",
                                        .name = "Mahalanobis distance",
                                        .formula = "−min_c (z − μ_c)ᵀ Σ⁻¹ (z − μ_c)",
                                        .source = "Lee et al. 2018, arXiv 1807.03888",
                                        .needsFit = true,
                                        .needs = {.logits = true, .labels = true}};
    static constexpr DetectorInfo kFeatureInfo{.key = "mahalanobis_features",
                                               .name = "Mahalanobis distance of features",
                                               .formula = "−min_c (x − μ_c)ᵀ Σ⁻¹ (x − μ_c)",
                                               .source = "Lee et al. 2018, arXiv 1807.03888",
                                               .needsFit = true,
                                               .needs = {.features = true, .labels = true}};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    Gaussian m_classes;
};

/// Logits or features, whichever the detector needs.
const Matrix& gaussianRows(const DetectorInfo& info, const DetectorInput& input);

/// "rank 9 of 10; 2 classes with one sample left out", or nothing where there is nothing to tell.
std::string fitNote(const Gaussian& gaussian);

}  // namespace oodscope::ood
