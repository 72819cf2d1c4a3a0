// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/probe_features_torch.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "core/probe/softmax_rows.h"

namespace oodscope::probe {

namespace {

constexpr std::int64_t kBlockRows = 4096;  // rows standardised at a time
constexpr std::int64_t kGrain = 16;        // rows a thread gathers at least

}  // namespace

ProbeFeatures residentFeatures(const at::Tensor& standardised) {
    return {standardised.size(0), standardised.size(1), standardised.options(),
            [standardised](const at::Tensor& rows, at::Tensor& batch) {
                at::index_select_out(batch, standardised, 0, rows);
            }};
}

ProbeFeatures streamedFeatures(const Matrix& features, const ColumnStats& stats, bool half) {
    const std::size_t width = features.cols();
    const auto gather = [&features, &stats, width, half](const at::Tensor& rows, at::Tensor& batch) {
        const std::int64_t* index = rows.const_data_ptr<std::int64_t>();
        const auto perRow = [&](auto&& write) {
            at::parallel_for(0, rows.size(0), kGrain, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                    write(std::size_t(i), features.data() + std::size_t(index[i]) * width);
            });
        };
        if (!half) {
            auto* out = batch.data_ptr<float>();
            perRow(
                [&](std::size_t i, const float* row) { standardizeRow(row, stats.mean, stats.std, out + i * width); });
            return;
        }
        auto* out = reinterpret_cast<std::uint16_t*>(batch.data_ptr<at::BFloat16>());
        perRow([&](std::size_t i, const float* row) {
            thread_local std::vector<float> scratch;
            scratch.resize(width);
            standardizeRow(row, stats.mean, stats.std, scratch.data());
            roundToBFloat16(scratch.data(), width, out + i * width);
        });
    };
    return {std::int64_t(features.rows()), std::int64_t(width), at::TensorOptions(half ? at::kBFloat16 : at::kFloat),
            gather};
}

at::Tensor standardisedTensor(const Matrix& features, const ColumnStats& stats, const at::TensorOptions& options) {
    const auto rows = std::int64_t(features.rows());
    const auto width = std::int64_t(features.cols());
    at::Tensor resident = at::empty({rows, width}, options);
    const at::Tensor block = at::empty({std::min(rows, kBlockRows), width}, at::kFloat);
    for (std::int64_t first = 0; first < rows; first += kBlockRows) {
        const std::int64_t count = std::min(kBlockRows, rows - first);
        standardizeRows(features, std::size_t(first), std::size_t(count), stats.mean, stats.std,
                        block.data_ptr<float>());
        resident.narrow(0, first, count).copy_(block.narrow(0, 0, count));
    }
    return resident;
}

}  // namespace oodscope::probe
