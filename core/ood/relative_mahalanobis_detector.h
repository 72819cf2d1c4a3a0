// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/detector.h"
#include "core/ood/gaussian.h"

namespace oodscope::ood {

/// −min over classes of (d_c² − d_0²), d_0 from the mean and covariance of all rows; of the logits or of the features
/// (kFeatureInfo).
class RelativeMahalanobisDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{.key = "mahalanobis_relative",
                                        .name = "Relative Mahalanobis distance",
                                        .formula = "−min_c [d_c² − d_0²]",
                                        .source = "Ren et al. 2021, arXiv 2106.09022",
                                        .needsFit = true,
                                        .needs = {.logits = true, .labels = true}};
    static constexpr DetectorInfo kFeatureInfo{.key = "mahalanobis_relative_features",
                                               .name = "Relative Mahalanobis distance of features",
                                               .formula = "−min_c [d_c² − d_0²] of the features",
                                               .source = "Ren et al. 2021, arXiv 2106.09022",
                                               .needsFit = true,
                                               .needs = {.features = true, .labels = true}};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    Gaussian m_classes;
    Gaussian m_all;
};

}  // namespace oodscope::ood
