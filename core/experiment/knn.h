// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"
#include "core/embed/embedding_set.h"
#include "core/ood/nearest_rows.h"

namespace oodscope::experiment {

inline constexpr std::size_t kKnnVoters = 20;      // of the accuracy
inline constexpr std::size_t kKnnNeighbours = 50;  // kept per training row
inline constexpr double kKnnTemperature = 0.02;    // a neighbour votes exp(cosine / T)

struct KnnAccuracy {
    double top1 = 0;  // fractions of the counted rows
    double top5 = 0;
    std::size_t counted = 0;              // test rows with a label that the training set knows
    std::size_t neighbours = 0;           // that voted
    std::vector<std::int32_t> predicted;  // per test row, into the training classes
};

/// Classifies `test` by the `k` cosine neighbours in `train`, each voting exp(cosine/0.02); the lower class number wins
/// a tie (method.md section 2). A class that no neighbour voted for counts behind those that have votes. Labels of the
/// test set are matched by class name. Errors: no labels on either side, other widths, fewer than k training rows.
Result<KnnAccuracy> knnAccuracy(const embed::EmbeddingSet& train, const embed::EmbeddingSet& test, std::size_t k,
                                std::stop_token stop, const ProgressFn& progress);

/// The k cosine neighbours of every row among the others, nearest first. Error: k above rows − 1.
Result<ood::Neighbours> neighboursWithin(const Matrix& rows, std::size_t k, std::stop_token stop,
                                         const ProgressFn& progress);

}  // namespace oodscope::experiment
