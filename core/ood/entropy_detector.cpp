// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/entropy_detector.h"

#include <cmath>

namespace oodscope::ood {

double EntropyDetector::scoreOf(std::span<const float> logits) const {
    return -softmaxEntropy(logits, m_temperature);
}

}  // namespace oodscope::ood
