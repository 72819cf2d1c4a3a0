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

const Matrix& gaussianRows(const DetectorInfo& info, const DetectorInput& input) {
    return info.needs.logits ? input.logits : input.features;
}

Status MahalanobisDetector::fitTrain(const DetectorInput& train) {
    auto gaussian = Gaussian::ofClasses(gaussianRows(info(), train), train.labels);
    if (!gaussian) return failFrom(gaussian);
    m_classes = std::move(*gaussian);
    return {};
}

Result<std::vector<double>> MahalanobisDetector::scoreRows(const DetectorInput& input) const {
    auto distances = m_classes.smallestDistance(gaussianRows(info(), input));
    if (!distances) return distances;
    for (double& distance : *distances)
        distance = -distance;
    return distances;
}

std::string MahalanobisDetector::note() const {
    return fitNote(m_classes);
}

}  // namespace oodscope::ood
