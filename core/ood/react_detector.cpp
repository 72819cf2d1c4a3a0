// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/ood/percentile.h"
#include "core/ood/react_detector_torch.h"
#include "core/probe/standardize.h"

namespace oodscope::ood {

Status ReactDetector::fitTrain(const DetectorInput& train) {
    constexpr std::size_t kRows = 1024;
    const Matrix& x = train.features;
    std::vector<float> inputs(std::min(kRows, x.rows()) * x.cols());
    const auto visit = [&](const std::function<void(std::span<const float>)>& take) {
        for (std::size_t first = 0; first < x.rows(); first += kRows) {
            const std::size_t count = std::min(kRows, x.rows() - first);
            probe::standardizeRows(x, first, count, train.head->mean, train.head->std, inputs.data());
            take(std::span<const float>(inputs).first(count * x.cols()));
        }
    };
    m_clip = streamedPercentile(visit, options().number("percentile"));
    return {};
}

at::Tensor ReactDetector::shapedLogits(const LinearHead& head, const at::Tensor& features) const {
    return head.logits(head.inputs(features).clamp_max_(m_clip));
}

}  // namespace oodscope::ood
