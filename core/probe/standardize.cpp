// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/standardize.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace oodscope::probe {

namespace {

constexpr std::size_t kBlockRows = 1024;  // rows of one partial sum: fixed, so that sums do not depend on threads

/// Per column Σ(x − x₀) and Σ(x − x₀)² with x₀ the first row: one pass without cancellation, and exactly 0 where a
/// column is constant.
struct ShiftedSums {
    std::vector<double> first;
    std::vector<double> second;
};

ShiftedSums sumsOf(const Matrix& features, std::size_t begin, std::size_t end) {
    const std::size_t width = features.cols();
    ShiftedSums sums{std::vector<double>(width, 0.0), std::vector<double>(width, 0.0)};
    const float* shift = features.data();
    double* first = sums.first.data();
    double* second = sums.second.data();
    for (std::size_t r = begin; r < end; ++r) {
        const float* row = features.data() + r * width;
        for (std::size_t d = 0; d < width; ++d) {
            const double difference = double(row[d]) - double(shift[d]);
            first[d] += difference;
            second[d] += difference * difference;
        }
    }
    return sums;
}

Status nameBadRow(const Matrix& features) {
    const auto values = features.values();
    const auto bad = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
    const auto at = std::size_t(bad - values.begin());
    return fail(ErrorCode::InvalidArgument,
                fmt::format("feature row {} of {} (from 0), column {}, is {}: embed that image again or leave it out",
                            at / features.cols(), features.rows(), at % features.cols(),
                            std::isnan(*bad) ? "NaN" : "infinite"));
}

}  // namespace

Result<ColumnStats> columnStats(const Matrix& features) {
    if (features.empty()) return fail(ErrorCode::InvalidArgument, "there are no features to train on");
    const std::size_t width = features.cols();
    const std::size_t blocks = (features.rows() + kBlockRows - 1) / kBlockRows;
    std::vector<ShiftedSums> partial(blocks);
    at::parallel_for(0, std::int64_t(blocks), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto b = std::size_t(begin); b < std::size_t(end); ++b) {
            partial[b] = sumsOf(features, b * kBlockRows, std::min((b + 1) * kBlockRows, features.rows()));
        }
    });
    ColumnStats stats{std::vector<float>(width), std::vector<float>(width, 1.0F), 0};
    const auto n = double(features.rows());
    for (std::size_t d = 0; d < width; ++d) {
        double first = 0;
        double second = 0;
        for (const ShiftedSums& sums : partial) {
            first += sums.first[d];
            second += sums.second[d];
        }
        if (!std::isfinite(second)) return tl::unexpected(nameBadRow(features).error());
        stats.mean[d] = float(double(features.data()[d]) + first / n);
        const double variance = n > 1 ? (second - first * first / n) / (n - 1) : 0.0;
        const auto deviation = float(std::sqrt(std::max(variance, 0.0)));
        // A deviation that float32 cannot hold (below 1e-38) would divide by zero.
        if (deviation >= std::numeric_limits<float>::min()) {
            stats.std[d] = deviation;
        } else {
            ++stats.constantColumns;
        }
    }
    return stats;
}

void standardizeRows(const Matrix& features, std::size_t first, std::size_t count, const std::vector<float>& mean,
                     const std::vector<float>& std, float* out) {
    const std::size_t width = features.cols();
    at::parallel_for(0, std::int64_t(count), 64, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = std::size_t(begin); i < std::size_t(end); ++i) {
            standardizeRow(features.data() + (first + i) * width, mean, std, out + i * width);
        }
    });
}

void standardizeRow(const float* row, const std::vector<float>& mean, const std::vector<float>& std, float* out) {
    const float* m = mean.data();
    const float* s = std.data();
    const std::size_t width = mean.size();
    for (std::size_t d = 0; d < width; ++d)
        out[d] = (row[d] - m[d]) / s[d];
}

}  // namespace oodscope::probe
