// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <fmt/format.h>

#include "core/ood/blocks_torch.h"
#include "core/ood/she_detector_torch.h"

namespace oodscope::ood {

namespace {

/// Sums of rows by class, and how many there are.
struct ClassSums {
    at::Tensor sums;    // [C, D] double
    at::Tensor counts;  // [C, 1]

    ClassSums(std::int64_t classes, std::int64_t width)
        : sums(at::zeros({classes, width}, at::kDouble)), counts(at::zeros({classes, 1}, at::kDouble)) {}
    void add(const at::Tensor& classOf, const at::Tensor& rows) {
        sums.index_add_(0, classOf, rows);
        counts.index_add_(0, classOf, at::ones({rows.size(0), 1}, at::kDouble));
    }
    at::Tensor present() const { return counts.gt(0); }
    at::Tensor means() const { return sums.div(counts.clamp_min(1)); }
};

/// argmax of the logits beside each block of features.
at::Tensor predicted(const DetectorInput& input, std::int64_t first, std::int64_t count) {
    return train::viewOf(input.logits).narrow(0, first, count).argmax(1);
}

}  // namespace

Status SheDetector::fitTrain(const DetectorInput& train) {
    const at::Tensor labels =
        at::tensor(at::ArrayRef<std::int32_t>(train.labels.data(), train.labels.size()), at::kInt).to(at::kLong);
    const auto classes = std::int64_t(train.logits.cols());
    ClassSums all(classes, std::int64_t(train.features.cols()));
    ClassSums right(classes, std::int64_t(train.features.cols()));
    forEachBlock(train.features, [&](std::int64_t first, const at::Tensor& rows) {
        const at::Tensor labelled = labels.narrow(0, first, rows.size(0));
        all.add(labelled, rows);
        const at::Tensor hits = predicted(train, first, rows.size(0)).eq(labelled).nonzero().squeeze(1);
        right.add(labelled.index_select(0, hits), rows.index_select(0, hits));
    });
    const at::Tensor overall = all.sums.sum(0, /*keepdim=*/true).div(double(train.features.rows()));
    const at::Tensor fallback = at::where(all.present(), all.means(), overall);
    m_patterns = at::where(right.present(), right.means(), fallback);
    m_neverRight = classes - right.present().sum().item<std::int64_t>();
    return {};
}

Result<std::vector<double>> SheDetector::scoreRows(const DetectorInput& input) const {
    return scoresByBlock(input.features, [&](std::int64_t first, const at::Tensor& rows) {
        return rows.mul(m_patterns.index_select(0, predicted(input, first, rows.size(0)))).sum(1);
    });
}

std::string SheDetector::note() const {
    if (m_neverRight == 0) return {};
    return fmt::format("{} classes have no rightly predicted train image: the mean of all of theirs is used",
                       m_neverRight);
}

}  // namespace oodscope::ood
