// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/detector.h"
#include "core/ood/nearest_rows.h"

namespace oodscope::ood {

inline constexpr DetectorOption kNeighbourCount{"k", "1", "neighbours", 1, 1e6, /*whole=*/true};

/// The k nearest train features by cosine: mean of exp(cos / T) (score=exp, Adaloglou et al. 2024), mean cosine
/// (score=cosine), or the negative distance of the unit vectors to the k-th (score=distance, Sun et al. 2022).
class KnnDetector final : public Detector {
public:
    static constexpr std::array kOptions{
        kNeighbourCount,
        DetectorOption{
            .key = "score", .standard = "exp", .meaning = "of the neighbours", .words = "exp|cosine|distance"},
        DetectorOption{"temperature", "0.02", "T of score=exp", 1e-3, 1e6},
    };
    static constexpr DetectorInfo kInfo{
        .key = "knn",
        .name = "k nearest neighbours",
        .formula = "mean over top-k of exp(cos / T); score=cosine: mean cos; score=distance: −‖u − u_(k)‖₂",
        .source = "Sun et al. 2022, arXiv 2204.06507",
        .needsFit = true,
        .needs = {.features = true},
        .options = kOptions};

    using Detector::Detector;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    NearestRows m_train;
};

/// Error: fewer rows than k.
Status checkNeighbours(std::size_t k, std::size_t trainRows);

}  // namespace oodscope::ood
