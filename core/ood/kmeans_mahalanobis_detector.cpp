// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/kmeans_mahalanobis_detector.h"

#include <fmt/format.h>

#include <utility>

#include "core/ood/kmeans.h"
#include "core/ood/mahalanobis_detector.h"

namespace oodscope::ood {

Status KmeansMahalanobisDetector::fitTrain(const DetectorInput& train) {
    const int clusters = options().whole("clusters");
    if (std::size_t(clusters) > train.features.rows())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} clusters of {} train features", clusters, train.features.rows()));
    const std::vector<std::int32_t> labels =
        kmeansOfUnitRows(train.features, clusters, std::uint64_t(options().number("seed")));
    auto gaussian = Gaussian::ofClasses(train.features, labels, RowScale::UnitLength);
    if (!gaussian) return failFrom(gaussian);
    m_clusters = std::move(*gaussian);
    return {};
}

Result<std::vector<double>> KmeansMahalanobisDetector::scoreRows(const DetectorInput& input) const {
    auto distances = m_clusters.smallestDistance(input.features);
    if (!distances) return distances;
    for (double& distance : *distances)
        distance = -distance;
    return distances;
}

std::string KmeansMahalanobisDetector::note() const {
    return fitNote(m_clusters);
}

}  // namespace oodscope::ood
