// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/knn_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace oodscope::ood {

namespace {

double mean(std::span<const double> values) {
    double sum = 0;
    for (const double v : values)
        sum += v;
    return sum / double(values.size());
}

}  // namespace

Status checkNeighbours(std::size_t k, std::size_t trainRows) {
    if (k <= trainRows) return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("k = {} of {} train features", k, trainRows));
}

Status KnnDetector::fitTrain(const DetectorInput& train) {
    const auto k = std::size_t(options().whole(kNeighbourCount.key));
    if (auto good = checkNeighbours(k, train.features.rows()); !good) return good;
    auto rows = NearestRows::make(train.features);
    if (!rows) return failFrom(rows);
    m_train = std::move(*rows);
    return {};
}

Result<std::vector<double>> KnnDetector::scoreRows(const DetectorInput& input) const {
    const auto found = m_train.find(input.features, std::size_t(options().whole(kNeighbourCount.key)));
    if (!found) return failFrom(found);
    const std::string& kind = options().word("score");
    const double temperature = options().number("temperature");
    std::vector<double> scores(input.features.rows());
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const std::span<const double> cosines = found->valuesOf(i);
        if (kind == "distance") {
            scores[i] = -std::sqrt(std::max(0.0, 2 - 2 * cosines.back()));
        } else if (kind == "cosine") {
            scores[i] = mean(cosines);
        } else {
            for (const double cosine : cosines)
                scores[i] += std::exp(cosine / temperature) / double(cosines.size());
        }
    }
    return scores;
}

}  // namespace oodscope::ood
