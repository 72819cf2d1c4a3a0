// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/relative_mahalanobis_detector.h"

#include <fmt/format.h>

#include <utility>

#include "core/ood/mahalanobis_detector.h"

namespace oodscope::ood {

Status RelativeMahalanobisDetector::fit(const DetectorInput& train) {
    auto classes = Gaussian::ofClasses(train.logits, train.labels);
    if (!classes) return fail(classes.error().code, fmt::format("{}: {}", kInfo.key, classes.error().message));
    auto all = Gaussian::ofAll(train.logits);
    if (!all) return fail(all.error().code, fmt::format("{}: {}", kInfo.key, all.error().message));
    m_classes = std::move(*classes);
    m_all = std::move(*all);
    return {};
}

Result<std::vector<double>> RelativeMahalanobisDetector::score(const DetectorInput& input) const {
    if (!m_classes.fitted()) return fail(ErrorCode::InvalidArgument, "mahalanobis_relative: not fitted to a train set");
    auto scores = m_classes.smallestDistance(input.logits);
    if (!scores) return fail(scores.error().code, fmt::format("{}: {}", kInfo.key, scores.error().message));
    const auto global = m_all.smallestDistance(input.logits);
    if (!global) return fail(global.error().code, fmt::format("{}: {}", kInfo.key, global.error().message));
    for (std::size_t i = 0; i < scores->size(); ++i)
        (*scores)[i] = (*global)[i] - (*scores)[i];
    return scores;
}

std::string RelativeMahalanobisDetector::note() const {
    return fitNote(m_classes);
}

}  // namespace oodscope::ood
