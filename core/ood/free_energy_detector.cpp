// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/free_energy_detector.h"

#include <cmath>

namespace oodscope::ood {

double FreeEnergyDetector::scoreOf(std::span<const float> logits) const {
    const SoftmaxSum softmax = softmaxSum(logits, m_temperature);
    return softmax.largest + m_temperature * std::log(softmax.sum);
}

}  // namespace oodscope::ood
