// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/matrix.h"
#include "core/train/matrix_torch.h"

namespace oodscope::ood {

inline constexpr std::int64_t kBlockRows = 4096;  // rows held in double at a time

/// Calls visit(first row, rows as double [n, D]).
template <class Visit>
void forEachBlock(const Matrix& samples, Visit visit) {
    const at::Tensor all = train::viewOf(samples);
    for (std::int64_t first = 0; first < all.size(0); first += kBlockRows) {
        const std::int64_t count = std::min(kBlockRows, all.size(0) - first);
        visit(first, all.narrow(0, first, count).to(at::kDouble));
    }
}

/// The values that scoreOf(first row, rows as double [n, D]) gives for each block (a tensor of n), one after another.
template <class Score>
std::vector<double> scoresByBlock(const Matrix& samples, Score scoreOf) {
    std::vector<double> scores(samples.rows());
    forEachBlock(samples, [&](std::int64_t first, const at::Tensor& rows) {
        const at::Tensor block = scoreOf(first, rows).contiguous();
        std::copy_n(block.template data_ptr<double>(), block.numel(), scores.begin() + first);
    });
    return scores;
}

/// The values that scoreOf(row) gives for each row, shared out among threads.
template <class Score>
std::vector<double> scoresByRow(const Matrix& matrix, Score scoreOf) {
    std::vector<double> scores(matrix.rows());
    at::parallel_for(0, std::int64_t(scores.size()), 256, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = std::size_t(begin); i < std::size_t(end); ++i)
            scores[i] = scoreOf(matrix.row(i));
    });
    return scores;
}

/// Mean of every column [D] in double.
inline at::Tensor columnMeans(const Matrix& samples) {
    at::Tensor sum = at::zeros({std::int64_t(samples.cols())}, at::kDouble);
    forEachBlock(samples, [&](std::int64_t, const at::Tensor& rows) { sum.add_(rows.sum(0)); });
    return sum.div_(double(samples.rows()));
}

/// Rows over their Euclidean lengths; a row of zeros stays.
inline at::Tensor unitRows(const at::Tensor& rows) {
    return rows.div(rows.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-300));
}

}  // namespace oodscope::ood
