// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/addmm.h>

#include "core/ood/blocks_torch.h"
#include "core/ood/dice_detector_torch.h"
#include "core/ood/percentile.h"

namespace oodscope::ood {

Status DiceDetector::fitTrain(const DetectorInput& train) {
    const LinearHead head(*train.head);
    const at::Tensor weight = head.weight.div(head.std);
    const at::Tensor contribution = weight.mul(columnMeans(train.features)).contiguous();
    const double* first = contribution.data_ptr<double>();
    std::vector<double> all(first, first + contribution.numel());
    m_weight = weight.mul(contribution.gt(percentileOf(all, options().number("percentile"))));
    m_bias = head.bias.sub(weight.mv(head.mean));
    return {};
}

at::Tensor DiceDetector::shapedLogits(const LinearHead&, const at::Tensor& features) const {
    return at::addmm(m_bias, features, m_weight.t());
}

}  // namespace oodscope::ood
