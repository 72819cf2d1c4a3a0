// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/knn.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "core/experiment/scoring.h"

namespace oodscope::experiment {
namespace {

constexpr std::size_t kBlockRows = 1024;  // looked up between two looks at the stop token

/// Sums of votes per class.
std::vector<double> votesOf(std::span<const double> cosines, std::span<const std::int64_t> neighbours,
                            const std::vector<std::int32_t>& labels, std::size_t classes) {
    std::vector<double> votes(classes, 0.0);
    for (std::size_t j = 0; j < neighbours.size(); ++j) {
        const std::int32_t voted = labels[static_cast<std::size_t>(neighbours[j])];
        if (voted >= 0) votes[static_cast<std::size_t>(voted)] += std::exp(cosines[j] / kKnnTemperature);
    }
    return votes;
}

/// At which place `label` comes; ties go to the lower class number.
std::size_t placeOf(std::size_t label, const std::vector<double>& votes) {
    std::size_t place = 0;
    for (std::size_t c = 0; c < votes.size(); ++c)
        place += votes[c] > votes[label] || (votes[c] == votes[label] && c < label) ? 1 : 0;
    return place;
}

Status checkSets(const embed::EmbeddingSet& train, const embed::EmbeddingSet& test, std::size_t k) {
    if (!train.hasLabels())
        return fail(ErrorCode::InvalidArgument, train.datasetName + ": has no class labels to vote with");
    if (!test.hasLabels())
        return fail(ErrorCode::InvalidArgument, test.datasetName + ": has no class labels to compare with");
    if (train.embeddings.cols() != test.embeddings.cols())
        return fail(ErrorCode::InvalidArgument, test.datasetName + ": its embeddings are " +
                                                    std::to_string(test.embeddings.cols()) + " wide, those of " +
                                                    train.datasetName + " " + std::to_string(train.embeddings.cols()) +
                                                    ": they come from different models");
    if (k < 1 || k > train.size())
        return fail(ErrorCode::InvalidArgument, "k = " + std::to_string(k) + ": " + train.datasetName + " has " +
                                                    std::to_string(train.size()) + " images");
    return {};
}

/// The k nearest rows of `train` for each row of `queries`, in blocks between which it can be stopped.
Result<ood::Neighbours> nearestOf(const Matrix& train, const Matrix& queries, std::size_t k, std::stop_token stop,
                                  const ProgressFn& progress) {
    const auto rows = ood::NearestRows::make(train);
    if (!rows) return failFrom(rows);
    ood::Neighbours all{k, {}, {}};
    for (std::size_t first = 0; first < queries.rows(); first += kBlockRows) {
        if (stop.stop_requested()) return cancelled();
        if (progress) progress(Progress{"looking up neighbours", "images", first, queries.rows(), 0, -1, {}});
        const std::size_t count = std::min(kBlockRows, queries.rows() - first);
        auto found = rows->find(rowSlice(queries, first, count), k);
        if (!found) return found;
        all.values.insert(all.values.end(), found->values.begin(), found->values.end());
        all.indices.insert(all.indices.end(), found->indices.begin(), found->indices.end());
    }
    return all;
}

}  // namespace

Result<KnnAccuracy> knnAccuracy(const embed::EmbeddingSet& train, const embed::EmbeddingSet& test, std::size_t k,
                                std::stop_token stop, const ProgressFn& progress) {
    if (auto good = checkSets(train, test, k); !good) return failFrom(good);
    const auto truth = mapLabels(test.labels, test.classNames, train.classNames);
    const auto found = nearestOf(train.embeddings, test.embeddings, k, std::move(stop), progress);
    if (!found) return failFrom(found);
    KnnAccuracy result;
    result.neighbours = k;
    result.predicted.resize(test.size());
    std::size_t first = 0;
    std::size_t firstFive = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
        const auto votes = votesOf(found->valuesOf(i), found->indicesOf(i), train.labels, train.classNames.size());
        result.predicted[i] = static_cast<std::int32_t>(std::ranges::max_element(votes) - votes.begin());
        if (truth[i] < 0) continue;
        const std::size_t place = placeOf(static_cast<std::size_t>(truth[i]), votes);
        const bool voted = votes[static_cast<std::size_t>(truth[i])] > 0;
        ++result.counted;
        first += voted && place == 0 ? 1 : 0;
        firstFive += voted && place < 5 ? 1 : 0;
    }
    if (result.counted == 0)
        return fail(ErrorCode::InvalidArgument,
                    test.datasetName + ": none of its classes is one of " + train.datasetName);
    result.top1 = static_cast<double>(first) / static_cast<double>(result.counted);
    result.top5 = static_cast<double>(firstFive) / static_cast<double>(result.counted);
    return result;
}

Result<ood::Neighbours> neighboursWithin(const Matrix& rows, std::size_t k, std::stop_token stop,
                                         const ProgressFn& progress) {
    if (k < 1 || k + 1 > rows.rows())
        return fail(ErrorCode::InvalidArgument,
                    "k = " + std::to_string(k) + " neighbours of " + std::to_string(rows.rows()) + " rows");
    const auto found = nearestOf(rows, rows, k + 1, std::move(stop), progress);
    if (!found) return found;
    ood::Neighbours others{k, {}, {}};
    others.values.reserve(rows.rows() * k);
    others.indices.reserve(rows.rows() * k);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        // Of rows that are alike another may come before the row itself, or push it out.
        std::size_t kept = 0;
        for (std::size_t j = 0; j <= k && kept < k; ++j) {
            if (found->indicesOf(i)[j] == static_cast<std::int64_t>(i)) continue;
            others.values.push_back(found->valuesOf(i)[j]);
            others.indices.push_back(found->indicesOf(i)[j]);
            ++kept;
        }
    }
    return others;
}

}  // namespace oodscope::experiment
