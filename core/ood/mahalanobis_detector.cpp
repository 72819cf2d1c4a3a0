// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/mahalanobis_detector.h"

#include <fmt/format.h>

#include <utility>

namespace oodscope::ood {

std::string fitNote(const Gaussian& gaussian) {
    if (!gaussian.fitted()) return {};
    std::string note;
    if (gaussian.rank() < gaussian.width()) {
        note = fmt::format("the covariance is singular (rank {} of {}): its pseudo-inverse is used", gaussian.rank(),
                           gaussian.width());
    }
    if (gaussian.skippedClasses() > 0) {
        note += fmt::format("{}{} classes with a single sample are left out", note.empty() ? "" : "; ",
                            gaussian.skippedClasses());
    }
    return note;
}

Status MahalanobisDetector::fit(const DetectorInput& train) {
    auto gaussian = Gaussian::ofClasses(train.logits, train.labels);
    if (!gaussian) return fail(gaussian.error().code, fmt::format("{}: {}", kInfo.key, gaussian.error().message));
    m_classes = std::move(*gaussian);
    return {};
}

Result<std::vector<double>> MahalanobisDetector::score(const DetectorInput& input) const {
    if (!m_classes.fitted()) return fail(ErrorCode::InvalidArgument, "mahalanobis: not fitted to a train set");
    auto distances = m_classes.smallestDistance(input.logits);
    if (!distances) return fail(distances.error().code, fmt::format("{}: {}", kInfo.key, distances.error().message));
    for (double& distance : *distances)
        distance = -distance;
    return distances;
}

std::string MahalanobisDetector::note() const {
    return fitNote(m_classes);
}

}  // namespace oodscope::ood
