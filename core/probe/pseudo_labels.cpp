// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/pseudo_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

#include "core/probe/cosine_blocks.h"

namespace oodscope::probe {

Result<std::vector<std::int32_t>> pseudoLabels(const Matrix& projected, const Matrix& classVectors) {
    std::vector<std::int32_t> labels(projected.rows());
    const auto take = [&](std::size_t i, std::span<const float> cosines) {
        labels[i] = std::int32_t(std::max_element(cosines.begin(), cosines.end()) - cosines.begin());
    };
    if (auto done = forEachCosineRow(projected, classVectors, take); !done) return failFrom(done);
    return labels;
}

Result<Matrix> zeroShotLogits(const Matrix& projected, const Matrix& classVectors) {
    try {
        std::vector<float> logits(projected.rows() * classVectors.rows());
        if (auto done = cosinesInto(projected, classVectors, logits.data()); !done) return failFrom(done);
        return Matrix::own(projected.rows(), classVectors.rows(), std::move(logits));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the cosines of all images and classes");
    }
}

Result<Matrix> classVectors(const Matrix& textEmbeddings, std::size_t classCount) {
    if (classCount == 0 || textEmbeddings.empty() || textEmbeddings.rows() % classCount != 0) {
        return fail(ErrorCode::InvalidArgument, fmt::format("{} text embeddings cannot be shared out among {} classes",
                                                            textEmbeddings.rows(), classCount));
    }
    const std::size_t prompts = textEmbeddings.rows() / classCount;
    const std::size_t width = textEmbeddings.cols();
    std::vector<float> vectors(classCount * width);
    std::vector<double> sum(width);
    for (std::size_t c = 0; c < classCount; ++c) {
        std::fill(sum.begin(), sum.end(), 0.0);
        for (std::size_t k = 0; k < prompts; ++k) {
            const auto row = textEmbeddings.row(c * prompts + k);
            const double length = rowLength(row);
            if (!(length > 0) || !std::isfinite(length)) {
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("the text embedding of class {}, prompt {} is all zeros or holds NaN", c, k));
            }
            for (std::size_t d = 0; d < width; ++d)
                sum[d] += double(row[d]) / length;
        }
        double length = 0;
        for (const double value : sum)
            length += value * value;
        length = std::sqrt(length);
        // The mean of unit vectors that cancel each other has no direction.
        if (!(length > 1e-12))
            return fail(ErrorCode::InvalidArgument, fmt::format("the prompts of class {} cancel out", c));
        for (std::size_t d = 0; d < width; ++d)
            vectors[c * width + d] = float(sum[d] / length);
    }
    return Matrix::own(classCount, width, std::move(vectors));
}

}  // namespace oodscope::probe
