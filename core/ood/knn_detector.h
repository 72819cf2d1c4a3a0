// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ood/detector.h"

namespace oodscope::ood {

/// Mean over the k nearest train features (cosine) of exp(cos / 0.02). Needs train features; keeps a normalised copy.
class KnnDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{"knn", "k nearest neighbours", "mean over top-k of exp(cos / 0.02)",
                                        "Sun et al. 2022, arXiv 2204.06507", /*needsFit=*/true};

    explicit KnnDetector(const DetectorOptions& options) : m_neighbours(options.neighbours) {}
    const DetectorInfo& info() const override { return kInfo; }
    Status fit(const DetectorInput& train) override;
    Result<std::vector<double>> score(const DetectorInput& input) const override;

private:
    int m_neighbours;
    Matrix m_train;  // [N, D], L2-normalised
};

}  // namespace oodscope::ood
