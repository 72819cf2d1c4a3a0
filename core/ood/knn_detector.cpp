// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/knn_detector.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

#include "core/train/matrix_torch.h"

namespace oodscope::ood {

namespace {

constexpr double kTemperature = 0.02;
constexpr std::int64_t kQueryRows = 256;  // a block of cosines is kQueryRows × kTrainRows floats: 8 MiB
constexpr std::int64_t kTrainRows = 8192;
constexpr std::int64_t kSpare = 8;  // candidates beyond k, as float32 cosines may swap near neighbours

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += double(a[i]) * double(b[i]);
    return sum;
}

Result<Matrix> normalised(const Matrix& features) {
    std::vector<float> values(features.size());
    for (std::size_t i = 0; i < features.rows(); ++i) {
        const auto row = features.row(i);
        const double length = std::sqrt(dot(row, row));
        if (!(length > 0) || !std::isfinite(length)) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("knn: feature row {} (from 0) is all zeros or holds NaN or infinity", i));
        }
        std::transform(row.begin(), row.end(), values.begin() + std::ptrdiff_t(i * features.cols()),
                       [length](float v) { return float(double(v) / length); });
    }
    return Matrix::own(features.rows(), features.cols(), std::move(values));
}

/// The indices of the `wanted` nearest train rows of each query [n, wanted] by float32 cosine.
at::Tensor candidates(const at::Tensor& queries, const at::Tensor& train, std::int64_t wanted) {
    at::Tensor values;
    at::Tensor indices;
    for (std::int64_t first = 0; first < train.size(0); first += kTrainRows) {
        const at::Tensor part = train.narrow(0, first, std::min(kTrainRows, train.size(0) - first));
        auto [top, where] = queries.mm(part.t()).topk(std::min(wanted, part.size(0)), 1);
        where.add_(first);
        values = values.defined() ? at::cat({values, top}, 1) : top;
        indices = indices.defined() ? at::cat({indices, where}, 1) : where;
        auto [best, order] = values.topk(std::min(wanted, values.size(1)), 1);
        values = best;
        indices = indices.gather(1, order);
    }
    return indices.contiguous();
}

}  // namespace

Status KnnDetector::fit(const DetectorInput& train) {
    if (train.features.empty()) return fail(ErrorCode::InvalidArgument, "knn: there are no train features");
    if (m_neighbours < 1 || std::size_t(m_neighbours) > train.features.rows()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("knn: k = {} of {} train features", m_neighbours, train.features.rows()));
    }
    auto unit = normalised(train.features);
    if (!unit) return failFrom(unit);
    m_train = std::move(*unit);
    return {};
}

Result<std::vector<double>> KnnDetector::score(const DetectorInput& input) const {
    if (m_train.empty()) return fail(ErrorCode::InvalidArgument, "knn: not fitted to a train set");
    if (input.features.empty()) return fail(ErrorCode::InvalidArgument, "knn: there are no features to score");
    if (input.features.cols() != m_train.cols()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("knn: features are {} wide, the train features {}",
                                                            input.features.cols(), m_train.cols()));
    }
    const auto unit = normalised(input.features);
    if (!unit) return failFrom(unit);
    try {
        const at::Tensor queries = train::viewOf(*unit);
        const at::Tensor train = train::viewOf(m_train);
        const std::int64_t wanted = std::min<std::int64_t>(m_neighbours + kSpare, train.size(0));
        std::vector<double> scores(unit->rows());
        for (std::int64_t first = 0; first < queries.size(0); first += kQueryRows) {
            const std::int64_t count = std::min(kQueryRows, queries.size(0) - first);
            const at::Tensor near = candidates(queries.narrow(0, first, count), train, wanted);
            const std::int64_t* index = near.data_ptr<std::int64_t>();
            at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
                std::vector<double> cosines(static_cast<std::size_t>(wanted));
                for (std::int64_t i = begin; i < end; ++i) {
                    for (std::int64_t j = 0; j < wanted; ++j) {
                        cosines[std::size_t(j)] =
                            dot(unit->row(std::size_t(first + i)), m_train.row(std::size_t(index[i * wanted + j])));
                    }
                    std::partial_sort(cosines.begin(), cosines.begin() + m_neighbours, cosines.end(), std::greater<>());
                    double sum = 0;
                    for (int k = 0; k < m_neighbours; ++k)
                        sum += std::exp(cosines[std::size_t(k)] / kTemperature);
                    scores[std::size_t(first + i)] = sum / m_neighbours;
                }
            });
        }
        return scores;
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "knn: not enough memory");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("knn: {}", error.what_without_backtrace()));
    }
}

}  // namespace oodscope::ood
