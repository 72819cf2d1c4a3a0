// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/cosine_blocks.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <new>

#include "core/train/matrix_torch.h"

namespace oodscope::probe {

namespace {

constexpr std::int64_t kBlockRows = 4096;  // rows normalised and multiplied at a time
constexpr std::int64_t kNoRow = std::numeric_limits<std::int64_t>::max();

Status checkShapes(const Matrix& projected, const Matrix& classVectors) {
    if (projected.empty())
        return fail(ErrorCode::InvalidArgument, "there are no embeddings to compare with the classes");
    if (classVectors.empty()) return fail(ErrorCode::InvalidArgument, "there are no class vectors");
    if (projected.cols() != classVectors.cols()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("embeddings are {} wide and class vectors {}: image and text tower do not belong "
                                "together, or the embeddings are not projected",
                                projected.cols(), classVectors.cols()));
    }
    for (std::size_t c = 0; c < classVectors.rows(); ++c) {
        if (!std::isfinite(rowLength(classVectors.row(c)))) {
            return fail(ErrorCode::InvalidArgument, fmt::format("class vector {} holds NaN or infinity", c));
        }
    }
    return {};
}

/// L2-normalised copies of rows [first, first + count) in `block`; the first bad row, or kNoRow.
std::int64_t normaliseRows(const Matrix& projected, std::int64_t first, std::int64_t count, float* block) {
    const std::int64_t width = std::int64_t(projected.cols());
    std::atomic<std::int64_t> bad{kNoRow};
    at::parallel_for(0, count, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const auto row = projected.row(std::size_t(first + i));
            const double length = rowLength(row);
            if (!(length > 0) || !std::isfinite(length)) {
                std::int64_t seen = bad.load();
                while (first + i < seen && !bad.compare_exchange_weak(seen, first + i)) {
                }
                return;
            }
            std::transform(row.begin(), row.end(), block + i * width,
                           [length](float value) { return float(double(value) / length); });
        }
    });
    return bad.load();
}

/// Calls take(first row, cosines [rows, C]) for one block of rows after the other.
Status forEachBlock(const Matrix& projected, const Matrix& classVectors,
                    const std::function<at::Tensor(std::int64_t first, std::int64_t rows)>& target,
                    const std::function<void(std::int64_t first, const at::Tensor& cosines)>& take) {
    if (auto checked = checkShapes(projected, classVectors); !checked) return checked;
    try {
        const auto rows = std::int64_t(projected.rows());
        const auto width = std::int64_t(projected.cols());
        const at::Tensor transposed = train::viewOf(classVectors).t();
        const at::Tensor block = at::empty({std::min(kBlockRows, rows), width}, at::kFloat);
        for (std::int64_t first = 0; first < rows; first += kBlockRows) {
            const std::int64_t count = std::min(kBlockRows, rows - first);
            const std::int64_t bad = normaliseRows(projected, first, count, block.data_ptr<float>());
            if (bad != kNoRow) {
                return fail(
                    ErrorCode::InvalidArgument,
                    fmt::format("embedding {} of {} (index from 0) is all zeros or holds NaN or infinity", bad, rows));
            }
            at::Tensor cosines = target(first, count);
            at::mm_out(cosines, block.narrow(0, 0, count), transposed);
            take(first, cosines);
        }
        return {};
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to compare the embeddings with the classes");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("cosines: {}", error.what_without_backtrace()));
    }
}

}  // namespace

double rowLength(std::span<const float> row) {
    double sum = 0;
    for (const float value : row)
        sum += double(value) * double(value);
    return std::sqrt(sum);
}

Status forEachCosineRow(const Matrix& projected, const Matrix& classVectors,
                        const std::function<void(std::size_t row, std::span<const float> cosines)>& take) {
    const std::size_t classes = classVectors.rows();
    at::Tensor buffer;
    const auto target = [&](std::int64_t, std::int64_t rows) {
        if (!buffer.defined()) buffer = at::empty({rows, std::int64_t(classes)}, at::kFloat);
        return buffer.narrow(0, 0, rows);
    };
    return forEachBlock(projected, classVectors, target, [&](std::int64_t first, const at::Tensor& cosines) {
        const float* values = cosines.data_ptr<float>();
        at::parallel_for(0, cosines.size(0), 64, [&](std::int64_t begin, std::int64_t end) {
            for (auto i = std::size_t(begin); i < std::size_t(end); ++i)
                take(std::size_t(first) + i, {values + i * classes, classes});
        });
    });
}

Status cosinesInto(const Matrix& projected, const Matrix& classVectors, float* out) {
    const auto classes = std::int64_t(classVectors.rows());
    const auto target = [&](std::int64_t first, std::int64_t rows) {
        return at::from_blob(out + first * classes, {rows, classes}, at::kFloat);
    };
    return forEachBlock(projected, classVectors, target, [](std::int64_t, const at::Tensor&) {});
}

}  // namespace oodscope::probe
