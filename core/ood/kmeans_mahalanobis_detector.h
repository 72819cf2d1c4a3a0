// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/detector.h"
#include "core/ood/gaussian.h"

namespace oodscope::ood {

/// The Mahalanobis distance without labels: k-means clusters of the unit-length features take the place of classes and
/// share one covariance (after Sehwag et al. 2021, arXiv 2103.12051, who take one cluster).
class KmeansMahalanobisDetector final : public Detector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"clusters", "1", "of k-means", 1, 100000, /*whole=*/true},
        DetectorOption{"seed", "42", "of the first centres", 0, 1e15, /*whole=*/true},
    };
    static constexpr DetectorInfo kInfo{.key = "kmeans_mahalanobis",
                                        .name = "Mahalanobis distance of clusters",
                                        .formula = "−min_k (u − μ_k)ᵀ Σ⁻¹ (u − μ_k), u = x/‖x‖₂, k-means clusters k",
                                        .source = "Sehwag et al. 2021, arXiv 2103.12051",
                                        .needsFit = true,
                                        .needs = {.features = true},
                                        .options = kOptions};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    Gaussian m_clusters;
};

}  // namespace oodscope::ood
