// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/ones.h>
#include <ATen/ops/special_entr.h>
#include <fmt/format.h>

#include "core/ood/blocks_torch.h"
#include "core/ood/kl_matching_detector_torch.h"

namespace oodscope::ood {

Status KlMatchingDetector::fitTrain(const DetectorInput& train) {
    const auto classes = std::int64_t(train.logits.cols());
    at::Tensor sums = at::zeros({classes, classes}, at::kDouble);
    at::Tensor counts = at::zeros({classes, 1}, at::kDouble);
    forEachBlock(train.logits, [&](std::int64_t, const at::Tensor& logits) {
        const at::Tensor predicted = logits.argmax(1);
        sums.index_add_(0, predicted, logits.softmax(1));
        counts.index_add_(0, predicted, at::ones({logits.size(0), 1}, at::kDouble));
    });
    const at::Tensor kept = counts.squeeze(1).gt(0).nonzero().squeeze(1);
    m_neverPredicted = classes - kept.size(0);
    m_logTypical = sums.index_select(0, kept).div_(counts.index_select(0, kept)).clamp_min_(1e-300).log_();
    return {};
}

Result<std::vector<double>> KlMatchingDetector::scoreRows(const DetectorInput& input) const {
    return scoresByBlock(input.logits, [this](std::int64_t, const at::Tensor& logits) {
        const at::Tensor p = logits.softmax(1);
        // −KL = entropy(p) + Σ p ln d, the largest over the classes.
        return p.mm(m_logTypical.t()).amax(1).add(at::special_entr(p).sum(1));
    });
}

std::string KlMatchingDetector::note() const {
    if (m_neverPredicted == 0) return {};
    return fmt::format("{} classes are predicted for no train image and are left out", m_neverPredicted);
}

}  // namespace oodscope::ood
