// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/relative_mahalanobis_detector.h"

#include <utility>

#include "core/ood/mahalanobis_detector.h"

namespace oodscope::ood {

Status RelativeMahalanobisDetector::fitTrain(const DetectorInput& train) {
    auto both = Gaussian::ofClassesAndAll(gaussianRows(info(), train), train.labels);
    if (!both) return failFrom(both);
    m_classes = std::move(both->classes);
    m_all = std::move(both->all);
    return {};
}

Result<std::vector<double>> RelativeMahalanobisDetector::scoreRows(const DetectorInput& input) const {
    const Matrix& rows = gaussianRows(info(), input);
    auto scores = m_classes.smallestDistance(rows);
    if (!scores) return scores;
    const auto global = m_all.smallestDistance(rows);
    if (!global) return global;
    for (std::size_t i = 0; i < scores->size(); ++i)
        (*scores)[i] = (*global)[i] - (*scores)[i];
    return scores;
}

std::string RelativeMahalanobisDetector::note() const {
    return fitNote(m_classes);
}

}  // namespace oodscope::ood
